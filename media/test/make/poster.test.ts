import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { findFfmpeg, makePoster } from '@logbook/media/make/poster.ts'
import sharp from 'sharp'
import { describe, expect, it, vi } from 'vitest'

const ffmpeg = await findFfmpeg()
const never = new AbortController().signal

const createFolder = (): string => {
  const folder = temporaryFolder()
  return folder
}

/** A program in the place of ffmpeg, found by a PATH that has it alone. `$folder` is where it is. */
const fake = async (program: string) => {
  const folder = createFolder()
  const file = join(folder, 'ffmpeg')
  writeFileSync(file, `#!/bin/sh\nfolder='${folder}'\n${program}\n`)
  chmodSync(file, 0o700)
  expect(await findFfmpeg(`/nowhere:${folder}`)).toBe(file)
  return { folder, ffmpeg: file }
}

const frame = () =>
  sharp({ create: { width: 64, height: 36, channels: 3, background: '#0a0' } })
    .png()
    .toBuffer()

describe('the poster of a video', () => {
  it('a poster is a JPEG of the frame that ffmpeg writes, and ffmpeg may open the file alone', async () => {
    const { folder, ffmpeg } = await fake('echo "$@" > "$folder/told"; cat "$folder/frame"')
    writeFileSync(join(folder, 'frame'), await frame())
    const poster = await makePoster('/videos/heron', { ffmpeg, signal: never })
    expect(poster).toMatchObject({ variant: 'poster.jpg', type: 'image/jpeg', width: 64, height: 36 })
    expect(await sharp(poster.bytes).metadata()).toMatchObject({ format: 'jpeg', width: 64 })
    const translate = readFileSync(join(folder, 'told'), 'utf8')
    expect(translate).toMatch(/-protocol_whitelist file -format_whitelist \S+ -ss 1 -i file:\/videos\/heron /)
  })

  it('a poster shows the first frame of a video shorter than a second', async () => {
    const { folder, ffmpeg } = await fake('case "$*" in *"-ss 0"*) cat "$folder/frame";; esac')
    writeFileSync(join(folder, 'frame'), await frame())
    expect(await makePoster('video', { ffmpeg, signal: never })).toMatchObject({ width: 64 })
  })

  it.each([
    ['crashes', 'kill -SEGV $$', 'ffmpeg could not read it'],
    ['refuses the video', 'exit 1', 'ffmpeg could not read it'],
    ['writes rubbish', 'echo rubbish', 'ffmpeg gave no picture'],
    ['writes nothing', 'exit 0', 'it has no frame'],
    ['writes without an end', 'exec cat /dev/zero', 'ffmpeg wrote too much'],
  ])('no poster is made if ffmpeg %s, and the reason is reported', async (_what, program, reason) => {
    const { ffmpeg } = await fake(program)
    await expect(makePoster('video', { ffmpeg, signal: never })).rejects.toThrow(reason)
  })

  const isAlive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false
    }
  }

  it('ffmpeg is killed at its timeout or when the job is lost', async () => {
    const hanging = 'echo $$ > "$folder/pid"; exec sleep 600'
    const slow = await fake(hanging)
    const late = makePoster('video', { ffmpeg: slow.ffmpeg, signal: never, secondsMax: 0.5 })
    await expect(late).rejects.toThrow('ffmpeg took too long')
    const lost = await fake(hanging)
    const losing = new AbortController()
    const making = makePoster('video', { ffmpeg: lost.ffmpeg, signal: losing.signal })
    making.catch(() => {})
    await vi.waitFor(() => expect(readFileSync(join(lost.folder, 'pid'), 'utf8')).toMatch(/\d+\n/), 10_000)
    losing.abort(new Error('The job is lost.'))
    await expect(making).rejects.toThrow('The job is lost.')
    for (const { folder } of [slow, lost])
      if (existsSync(join(folder, 'pid'))) {
        const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'))
        await vi.waitFor(() => expect(isAlive(pid)).toBe(false))
      }
  })

  /** A video of so many seconds, and the words that ffmpeg makes it with. */
  const record = (file: string, seconds: number, ...words: string[]): string => {
    const video = join(createFolder(), file)
    const source = ['-f', 'lavfi', '-i', `color=c=red:s=64x36:d=${seconds}:r=5`]
    execFileSync(ffmpeg ?? '', ['-nostdin', '-loglevel', 'error', ...source, ...words, video])
    return video
  }

  it.skipIf(ffmpeg === undefined).each([
    ['MP4', 'video.mp4', 2, ['-c:v', 'mpeg4']],
    ['H.264 of ten bits', 'video.mp4', 2, ['-c:v', 'libx264', '-pix_fmt', 'yuv420p10le']],
    ['WebM', 'video.webm', 2, ['-c:v', 'libvpx']],
    ['Matroska shorter than a second', 'video.mkv', 0.4, ['-c:v', 'mpeg4']],
    [
      'QuickTime whose index is at its beginning',
      'video.mov',
      2,
      ['-c:v', 'mjpeg', '-movflags', '+faststart'],
    ],
    ['Ogg', 'video.ogv', 2, ['-c:v', 'libtheora']],
  ])(
    'a poster is made of a real video by the ffmpeg of this machine: %s',
    async (_, file, seconds, words) => {
      if (ffmpeg === undefined) return
      const poster = await makePoster(record(file, seconds, ...words), { ffmpeg, signal: never })
      expect(poster).toMatchObject({ width: 64, height: 36 })
      const { channels } = await sharp(poster.bytes).stats()
      expect(channels[0]?.mean).toBeGreaterThan(200)
    },
  )

  it.skipIf(ffmpeg === undefined)(
    'the ffmpeg of this machine refuses a damaged video, one without frames, and a list of others',
    async () => {
      if (ffmpeg === undefined) return
      const video = record('video.mp4', 2, '-c:v', 'mpeg4')
      const damaged = join(createFolder(), 'damaged.mp4')
      writeFileSync(damaged, readFileSync(video).subarray(0, 200))
      await expect(makePoster(damaged, { ffmpeg, signal: never })).rejects.toThrow('ffmpeg could not read it')
      const sound = join(createFolder(), 'sound.mp4')
      const tone = ['-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'aac', sound]
      execFileSync(ffmpeg, ['-nostdin', '-loglevel', 'error', ...tone])
      await expect(makePoster(sound, { ffmpeg, signal: never })).rejects.toThrow('ffmpeg could not read it')
      const list = join(createFolder(), 'list.m3u8')
      writeFileSync(list, `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n${video}\n#EXT-X-ENDLIST\n`)
      await expect(makePoster(list, { ffmpeg, signal: never })).rejects.toThrow('ffmpeg could not read it')
    },
  )
})
