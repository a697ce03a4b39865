import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Row, rounded } from './bus-table.ts'
import { type MediaBlog, withMediaBlog } from './media-blog.ts'
import type { MediaSize } from './media-size.ts'
import { type Bench, median, runProgram } from './query-processes.ts'

const residentMBMax = 150
const pieceBytes = 16 * 1024 * 1024
const connections = 16
const rounds = 3

const secondsOf = async (work: () => Promise<unknown> | unknown): Promise<number> => {
  const begun = performance.now()
  await work()
  return (performance.now() - begun) / 1_000
}

const compared = (
  figure: string,
  mb: number,
  { ours, peer }: { ours: number; peer: number },
  atLeast: number,
) => ({
  ...{ figure, ours: `${rounded(mb / ours)} MB/s`, peer: `${rounded(mb / peer)} MB/s` },
  ...{ ratio: peer / ours, aim: { atLeast } },
})

interface Transfer {
  blog: MediaBlog
  bench: Bench
  folder: string
  size: MediaSize
  bytes: Buffer
}

/** From the request to the finished job, by a worker that runs already, over curl to a file. */
const measureLink = async ({ blog, bench, folder, size, bytes }: Transfer): Promise<Row[]> => {
  const file = join(folder, 'file')
  await writeFile(file, bytes)
  const host = await bench.start('infra/bench/media-bare.ts', { FILE: file })
  const byCurl = join(folder, 'by-curl')
  const curl = () => execFileSync('curl', ['-s', '-o', byCurl, host.url])
  const peer = await secondsOf(curl)
  const synced = await secondsOf(() => [curl(), execFileSync('sync', [byCurl])])
  const worker = blog.startWorker()
  try {
    await blog.upload('before.txt', Buffer.from('a worker is there'))
    await blog.finished(1)
    const body = JSON.stringify({ url: `${host.url}/file.bin` })
    const headers = { 'Content-Type': 'application/json' }
    const ours = await secondsOf(async () => {
      await blog.ask('', { method: 'POST', headers, body })
      await blog.finished(2)
    })
    const peakMB = worker.peakMB()
    return [
      compared(`${size.fileMB} MB by link, over curl -o`, size.fileMB, { ours, peer }, 0.7),
      compared('… over curl -o and a sync of the file', size.fileMB, { ours, peer: synced }, 0.7),
      {
        figure: `resident memory of that worker, over ${residentMBMax} MB`,
        ...{ ours: `${rounded(peakMB)} MB`, peer: `${residentMBMax} MB` },
        ...{ ratio: peakMB / residentMBMax, aim: { atMost: 1 } },
      },
    ]
  } finally {
    await worker.stop()
  }
}

/** Until the last piece is answered, over a server that appends the same pieces to a file and syncs each. */
const measureUpload = async ({ blog, bench, folder, size, bytes }: Transfer): Promise<Row> => {
  const sink = await bench.start('infra/bench/media-bare.ts', { SINK: join(folder, 'sink') })
  const peer = await secondsOf(async () => {
    for (let at = 0; at < bytes.length; at += pieceBytes)
      await fetch(sink.url, { method: 'PATCH', body: new Uint8Array(bytes.subarray(at, at + pieceBytes)) })
  })
  const ours = await secondsOf(() => blog.upload('upload.bin', bytes))
  const figure = `${size.fileMB} MB uploaded through the gateway, over a bare server that syncs`
  return compared(figure, size.fileMB, { ours, peer }, 0.5)
}

/** The ceiling is a gateway of its own before a bare server that has the same bytes in memory. */
const measureDownload = async ({ blog, bench, folder, size }: Transfer): Promise<Row> => {
  const bytes = randomBytes(30_000)
  const file = join(folder, 'variant')
  await writeFile(file, bytes)
  const bare = await bench.start('infra/bench/media-bare.ts', { FILE: file })
  const ceiling = await bench.start('gateway/src/main.ts', { MEDIA_URL: bare.url })
  const worker = blog.startWorker()
  const id = await blog.upload('variant.bin', bytes)
  await blog.finished(3)
  await worker.stop()
  await blog.publish(id)
  const path = `/api/media/${id}/original`
  const url = blog.logbook.url('gateway') + path
  const load = (asked: string) =>
    runProgram<number>('infra/bench/query-load.ts', { url: asked, connections, seconds: size.seconds })
  const [ours, theirs]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    theirs.push(await load(ceiling.url + path))
    ours.push(await load(url))
  }
  const [own, peer] = [median(ours), median(theirs)]
  return {
    figure: '30 KB of one public file through the gateway, over a bare server behind a gateway',
    ...{ ours: `${rounded(own)}/s`, peer: `${rounded(peer)}/s`, ratio: own / peer, aim: { atLeast: 0.7 } },
  }
}

/** Bytes by link, by upload, and down again, each over the least that does the same. */
export const measureTransfers = async (bench: Bench, size: MediaSize): Promise<Row[]> => {
  const folder = join(bench.folder, 'transfers')
  await mkdir(folder, { recursive: true })
  return withMediaBlog(folder, async (blog) => {
    const transfer = { blog, bench, folder, size, bytes: randomBytes(size.fileMB * 1_000_000) }
    const byLink = await measureLink(transfer)
    // Other bytes: what is there already is stored once.
    const download = await measureDownload(transfer)
    const uploaded = await measureUpload({ ...transfer, bytes: randomBytes(size.fileMB * 1_000_000) })
    return [...byLink, uploaded, download]
  })
}
