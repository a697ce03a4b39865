import { counted } from './words.ts'

/** Files that failed one after the other, of one person or of one import; `name` is that of one of them. */
export interface FailedFiles {
  name: string
  count: number
  imported: boolean
}

/** What a notice says of them. */
export const failedFilesSentence = ({ name, count, imported }: FailedFiles): string => {
  if (count === 1) return `“${name}” could not be processed`
  return imported
    ? `${counted(count, 'picture')} of the import could not be fetched or made`
    : `${counted(count, 'file')} could not be processed`
}

/** Where they are listed, for people who see the work queue, and for the others. */
export const failedFilesPath = (
  { imported }: Pick<FailedFiles, 'imported'>,
  { seesQueue }: { seesQueue: boolean },
): string =>
  seesQueue ? `/media/queue?state=failed${imported ? '&imported=true' : ''}` : '/media?state=failed'
