import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keptFolder } from './kept.ts'

const keptDaysMax = 7

const removeOldCopies = async (): Promise<void> => {
  const oldest = Date.now() - keptDaysMax * 24 * 3_600_000
  for (const name of await readdir(keptFolder).catch(() => [])) {
    const copy = join(keptFolder, name)
    if ((await stat(copy)).mtimeMs < oldest) await rm(copy, { recursive: true, force: true })
  }
}

/** Around a run of whole-system tests: their data folders are in one folder, which goes at the end whatever ended the tests. */
export default async (): Promise<() => Promise<void>> => {
  await removeOldCopies()
  const folder = await mkdtemp(join(tmpdir(), 'logbook-tests-'))
  process.env.LOGBOOK_TEST_FOLDER = folder
  return () => rm(folder, { recursive: true, force: true, maxRetries: 5 })
}
