import { createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { newFileAt, partOf } from '@logbook/chassis/files/put-in-place.ts'
import { beginning, type End } from '../log/sqlite-rows.ts'
import { soundPages } from './check.ts'
import { openToRead } from './log-file.ts'
import type { Progress } from './progress.ts'

interface Export {
  log: string
  progress: Progress
}

const writeLines = async (
  output: NodeJS.WritableStream,
  { log, progress, closes }: Export & { closes: boolean },
): Promise<End> => {
  const db = openToRead(log)
  let written = beginning
  async function* lines(): AsyncGenerator<string> {
    for await (const { texts, end, last } of soundPages(db)) {
      yield texts.map((text) => `${text}\n`).join('')
      written = end
      progress.at({ what: 'exporting', done: end.position, total: last })
    }
  }
  try {
    await pipeline(Readable.from(lines()), output, { end: closes })
    return written
  } finally {
    db.close()
    progress.end()
  }
}

/** Writes the log as it is now, one event per line, exactly as stored. Throws `DamagedLog` at the first damaged event. */
export const exportTo = (output: NodeJS.WritableStream, request: Export): Promise<End> =>
  writeLines(output, { ...request, closes: false })

/** Writes the same to a file, which gets its name once complete. Throws `Refused` where it can't be written. */
export const exportToFile = async (request: Export & { to: string; force: boolean }): Promise<End> => {
  const to = newFileAt(request.to, request)
  const part = partOf(to)
  try {
    const end = await writeLines(createWriteStream(part), { ...request, closes: true })
    const handle = await open(part, 'r')
    await handle.sync().finally(() => handle.close())
    await rename(part, to)
    return end
  } finally {
    await rm(part, { force: true })
  }
}
