import { cp, mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { root } from '../run/services.ts'

/** Where what a failed test leaves behind is kept. Ignored by git, emptied of what is older than a week at the next run. */
export const keptFolder = join(root, '.cache/failed-tests')
/** A file of many tests that all fail for one reason needs no copy for each. */
const copiesMax = 3

/** What runs during a test and tells, once the test has failed, why. */
export interface Evidence {
  dataFolder: string
  /** What each process printed, by its name. */
  output(): Readonly<Record<string, string>>
}

const evidence = new Set<Evidence>()
let copies = 0

/** Keeps a copy of this should a test fail from now on. Returns how to end that. */
export const keepOnFailure = (each: Evidence): (() => void) => {
  evidence.add(each)
  return () => evidence.delete(each)
}

const keep = async ({ dataFolder, output }: Evidence): Promise<string> => {
  const copy = join(keptFolder, `${new Date().toISOString().replaceAll(':', '-')}-${basename(dataFolder)}`)
  await mkdir(join(copy, 'output'), { recursive: true })
  await cp(dataFolder, join(copy, 'data'), { recursive: true }).catch(() => {})
  for (const [name, text] of Object.entries(output()))
    await writeFile(join(copy, 'output', `${name}.log`), text)
  return copy
}

/** Copies the data folders and the output of all that runs now, and resolves to a sentence that names the copies. */
export const keptNow = async (): Promise<string> => {
  if (evidence.size === 0 || copies >= copiesMax) return ''
  copies++
  const places = await Promise.all([...evidence].map(keep))
  return `\nData and output of the services are kept in ${places.join(' and ')}`
}
