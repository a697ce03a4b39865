import { appendFile, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'

/** One JSON object a line for each file that failed and then passed alone. Kept between runs; ignored by git. */
export const unsteadyFile = '.cache/unsteady-tests.ndjson'

export interface Unsteady {
  file: string
  /** The tests that failed at first, by full name, each with the first line of its error. None if the file itself failed. */
  failures: readonly { test: string; error: string }[]
}

export const recordUnsteady = async (unsteady: Unsteady): Promise<void> => {
  await mkdir(dirname(unsteadyFile), { recursive: true })
  await appendFile(unsteadyFile, `${JSON.stringify({ at: new Date().toISOString(), ...unsteady })}\n`)
}
