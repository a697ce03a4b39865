import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadSharp } from '@logbook/media/make/open-picture.ts'
import { type Row, rounded } from './bus-table.ts'
import { withMediaBlog } from './media-blog.ts'
import type { SharpTask } from './media-sharp.ts'
import type { MediaSize } from './media-size.ts'
import { runProgram } from './query-processes.ts'

/** Photographs as far as encoders can tell: each of noise of its own, made soft. */
const makePictures = async (folder: string, { pictures, pictureWidth }: MediaSize): Promise<Buffer[]> => {
  await mkdir(folder, { recursive: true })
  const sharp = await loadSharp()
  const made: Buffer[] = []
  for (let count = 0; count < pictures; count++) {
    const [width, height] = [pictureWidth, Math.round(pictureWidth * 0.75)]
    const noise = { type: 'gaussian' as const, mean: 128, sigma: 40 }
    const picture = sharp({ create: { width, height, channels: 3, background: '#888', noise } }).blur(2)
    made.push(await picture.jpeg({ quality: 90 }).toBuffer())
  }
  return made
}

/** Pictures a second by so many workers, from the first upload to the last finished job. One picture each is made before. */
const rateOf = (folder: string, pictures: readonly Buffer[], workers: number): Promise<number> =>
  withMediaBlog(folder, async ({ startWorker, upload, finished }) => {
    const running = Array.from({ length: workers }, startWorker)
    try {
      const [warmUp = Buffer.alloc(0)] = pictures
      for (let count = 0; count < workers; count++) await upload(`before-${count}.jpg`, warmUp)
      await finished(workers)
      const begun = performance.now()
      await Promise.all(pictures.map((bytes, index) => upload(`picture-${index}.jpg`, bytes)))
      await finished(workers + pictures.length)
      return pictures.length / ((performance.now() - begun) / 1_000)
    } finally {
      await Promise.all(running.map((worker) => worker.stop()))
    }
  })

/** Pictures of one worker over sharp alone, and of two workers over one. Each process has one thread for a picture. */
export const measurePictures = async (folder: string, size: MediaSize): Promise<Row[]> => {
  process.env.VIPS_CONCURRENCY = '1'
  const pictures = await makePictures(folder, size)
  const files = pictures.map((_, index) => join(folder, `${index}.jpg`))
  await Promise.all(pictures.map((bytes, index) => writeFile(files[index] ?? '', bytes)))
  const alone = await runProgram<number>('infra/bench/media-sharp.ts', { files } satisfies SharpTask)
  const one = await rateOf(join(folder, 'one'), pictures, 1)
  const two = await rateOf(join(folder, 'two'), pictures, 2)
  const what = `pictures of ${size.pictureWidth} pixels`
  const [ours, both] = [`${rounded(one)}/s`, `${rounded(two)}/s`]
  return [
    {
      figure: `${what} by one worker, over sharp alone`,
      ...{ ours, peer: `${rounded(alone)}/s`, ratio: one / alone, aim: { atLeast: 0.9 } },
    },
    {
      figure: `${what} by two workers, over one`,
      ...{ ours: both, peer: ours, ratio: two / one, aim: { atLeast: 1.7 } },
    },
  ]
}
