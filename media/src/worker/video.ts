import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { StoredObject } from '@logbook/contracts/events/media.ts'
import type { Storage } from '../storage/storage.ts'
import { workerLimits as limits } from './limits.ts'
import type { MadePicture, Tools } from './tools.ts'

interface VideoOptions {
  storage: Pick<Storage, 'get'>
  tools: Pick<Tools, 'poster'>
  signal: AbortSignal
}

const noteOf = (error: unknown): string => {
  const why =
    error instanceof Error && error.name === 'NoPoster' ? error.message : 'there was no room to make it'
  return `No poster was made for this video: ${why}.`
}

/** A picture of a video, or a note that says why there is none: a video is well without. Throws what `signal` aborts with. */
export const posterOf = async (
  { key, bytes }: StoredObject,
  { storage, tools, signal }: VideoOptions,
): Promise<{ poster: MadePicture } | { note: string }> => {
  const make = await tools.poster()
  if (make === undefined) return { note: 'No poster was made for this video: ffmpeg is not installed.' }
  if (bytes > limits.posterSourceBytesMax)
    return { note: 'No poster was made for this video: it is too large.' }
  let folder: string | undefined
  try {
    folder = await mkdtemp(join(tmpdir(), 'logbook-poster-'))
    const found = await storage.get(key)
    if (found === null) throw new Error('The video is not in the storage any more.')
    const file = join(folder, 'video')
    await pipeline(found.stream, createWriteStream(file, { mode: 0o600 }), { signal })
    return { poster: await make(file, signal) }
  } catch (error) {
    signal.throwIfAborted()
    return { note: noteOf(error) }
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true }).catch(() => {})
  }
}
