import { ownVersion } from '@logbook/media/worker/own-version.ts'
import { type Row, rounded } from './bus-table.ts'
import { withMediaBlog } from './media-blog.ts'
import type { MediaSize } from './media-size.ts'
import { median } from './query-processes.ts'

const requestsAtOnce = 16

/** The time from a claim until a worker may start, with many jobs queued, over that with one. */
export const measureQueue = (folder: string, { jobs, claims }: MediaSize): Promise<Row> =>
  withMediaBlog(folder, async ({ logbook }) => {
    const post = async (path: string, body: object): Promise<Response> => {
      const headers = { 'Content-Type': 'application/json', ...logbook.authorizationOf() }
      const answer = await fetch(logbook.url('media') + path, {
        ...{ method: 'POST', headers, body: JSON.stringify(body) },
      })
      if (!answer.ok) throw new Error(`${path} is answered ${answer.status}: ${await answer.text()}`)
      return answer
    }
    let requested = 0
    const request = () => post('/media', { url: `https://pictures.example/${++requested}.jpg` })
    const claimMs = async (): Promise<number> => {
      await request()
      const begun = performance.now()
      const answer = await post('/work/claim', { worker: 'bench', ...ownVersion })
      const ms = performance.now() - begun
      if (answer.status !== 200) throw new Error('There was no job.')
      const { id, lease } = (await answer.json()) as { id: string; lease: number }
      await post(`/work/${id}/fail`, { lease, kind: 'refused', reason: 'It was only counted.' })
      return ms
    }
    const p50 = async (): Promise<number> => {
      const times: number[] = []
      for (let count = 0; count < claims; count++) times.push(await claimMs())
      return median(times)
    }
    await p50()
    const empty = await p50()
    const fill = async () => {
      while (requested < jobs + 2 * claims) await request()
    }
    await Promise.all(Array.from({ length: requestsAtOnce }, fill))
    const full = await p50()
    return {
      figure: `claim to start p50 with ${jobs.toLocaleString('en')} jobs queued, over none`,
      ...{ ours: `${rounded(full)} ms`, peer: `${rounded(empty)} ms`, ratio: full / empty },
      aim: { atMost: 1.5 },
    }
  })
