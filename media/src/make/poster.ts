import { spawn } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { encode } from './encodings.ts'
import { limits } from './limits.ts'
import { factsOf, loadSharp, onPicture } from './open-picture.ts'
import type { Made } from './plan.ts'

/** No poster can be made. The message is the reason in a few words. */
export class NoPoster extends Error {
  override name = 'NoPoster'
}

/** Where ffmpeg is, by a PATH, or undefined. */
export const findFfmpeg = async (path = process.env.PATH ?? ''): Promise<string | undefined> => {
  for (const folder of path.split(delimiter)) {
    if (folder === '') continue
    const file = join(folder, 'ffmpeg')
    const canRun = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (canRun) return file
  }
  return undefined
}

/** The kinds of files that it may take a video for. None of them names further files or addresses. */
const demuxers = 'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,ogg'

/** One frame as PNG on standard output. The file alone is opened, and no address that it may name. */
const argumentsOf = (video: string, fromSeconds: number): string[] => [
  ...['-nostdin', '-hide_banner', '-loglevel', 'error', '-max_alloc', String(limits.posterAllocBytesMax)],
  ...['-threads', '1', '-protocol_whitelist', 'file', '-format_whitelist', demuxers],
  ...['-ss', String(fromSeconds), '-i', `file:${video}`, '-map', '0:v:0', '-an', '-sn', '-dn'],
  ...['-frames:v', '1', '-vf', `scale=w='min(${limits.posterWidthMax},iw)':h=-1`, '-threads', '1'],
  ...['-c:v', 'png', '-f', 'image2pipe', 'pipe:1'],
]

// The shell only sets the bounds of the process, which then becomes ffmpeg: to end one is to end the other.
const bounded = `ulimit -v ${limits.posterMemoryKiBMax}; ulimit -t ${limits.posterSeconds}; exec "$0" "$@"`

interface Running {
  ffmpeg: string
  /** Ends ffmpeg: the job was lost, or the time is over. */
  signal: AbortSignal
}

/** What ffmpeg writes; empty where it found no frame. Throws NoPoster where it fails or writes too much, and the abort's reason. */
const frameOf = async (video: string, fromSeconds: number, { ffmpeg, signal }: Running): Promise<Buffer> => {
  const child = spawn('/bin/sh', ['-c', bounded, ffmpeg, ...argumentsOf(video, fromSeconds)], {
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = new Promise<boolean>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code === 0))
  })
  ended.catch(() => {})
  const kill = () => child.kill('SIGKILL')
  signal.addEventListener('abort', kill, { once: true })
  const pieces: Buffer[] = []
  let bytes = 0
  try {
    signal.throwIfAborted()
    for await (const piece of child.stdout) {
      bytes += piece.length
      if (bytes > limits.posterBytesMax) throw new NoPoster('ffmpeg wrote too much')
      pieces.push(piece)
    }
    const isWell = await ended
    signal.throwIfAborted()
    if (!isWell) throw new NoPoster('ffmpeg could not read it')
    return Buffer.concat(pieces)
  } finally {
    signal.removeEventListener('abort', kill)
    kill()
  }
}

/** A second into the video, where it is so long: the first frame is often black. */
const starts = [1, 0] as const

interface PosterOptions extends Running {
  secondsMax?: number
}

/**
 * Makes `poster.jpg` of a video in a file. Throws NoPoster with the reason where ffmpeg fails, takes too long or writes no picture, and the
 * reason of `signal` where that aborts.
 */
export const makePoster = async (
  video: string,
  { ffmpeg, signal, secondsMax = limits.posterSeconds }: PosterOptions,
): Promise<Made> => {
  const until = AbortSignal.any([signal, AbortSignal.timeout(secondsMax * 1_000)])
  try {
    let frame = Buffer.alloc(0)
    for (const start of starts)
      if (frame.length === 0) frame = Buffer.from(await frameOf(video, start, { ffmpeg, signal: until }))
    if (frame.length === 0) throw new NoPoster('it has no frame')
    const facts = await factsOf(frame)
    const sharp = await loadSharp()
    const still = { ...facts, animated: false, frames: 1 }
    const width = limits.posterWidthMax
    return await onPicture(() =>
      encode('poster', sharp(frame).resize({ width, withoutEnlargement: true }), 'jpeg', still),
    )
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof NoPoster) throw error
    throw new NoPoster(until.aborted ? 'ffmpeg took too long' : 'ffmpeg gave no picture', { cause: error })
  }
}
