import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { reasonOf } from '../check.ts'
import { limits } from '../limits.ts'

/** A file of the folder, as UTF-8. Throws an Error that says what is wrong with it. */
export const readText = async (folder: string, path: string): Promise<string> => {
  const file = join(folder, path)
  if ((await stat(file)).size > limits.fileBytesMax)
    throw new Error(`is larger than ${limits.fileBytesMax} bytes`)
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(file))
}

/** What is wrong with a file, with the names of its fields. */
export const faultOf = (error: unknown): string => {
  if (error instanceof z.ZodError) return reasonOf(error)
  return error instanceof Error ? error.message : String(error)
}
