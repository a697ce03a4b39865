import { get } from 'node:http'

/** Follows from the beginning by server-sent events; resolves when `done` says so, with what `count` came to. */
const follow = ({ url, done }: { url: string; done: (events: number) => boolean }): Promise<void> =>
  new Promise((resolve, reject) => {
    let events = 0
    const request = get(`${url}/events?after=0`, { headers: { Accept: 'text/event-stream' } }, (res) => {
      res.on('data', (chunk: Buffer) => {
        for (let at = chunk.indexOf('\n\nid: '); at !== -1; at = chunk.indexOf('\n\nid: ', at + 1))
          events += 1
        if (!done(events)) return
        request.destroy()
        resolve()
      })
    })
    request.on('error', reject)
  })

/** Events a second that one follower gets of the history. */
export const catchUp = async ({ url, events }: { url: string; events: number }): Promise<number> => {
  const begun = performance.now()
  // The last frames may be cut in two by the network.
  await follow({ url, done: (seen) => seen >= events * 0.999 })
  return events / ((performance.now() - begun) / 1_000)
}

/** Lets so many followers read history for so long, and returns how many events they got in all. */
export const followMany = async ({
  url,
  followers,
  ms,
}: {
  url: string
  followers: number
  ms: number
}): Promise<number> => {
  const end = performance.now() + ms
  const counts = Array.from({ length: followers }, () => 0)
  const reader = (_: number, index: number) =>
    follow({
      url,
      done: (events) => {
        counts[index] = events
        return performance.now() > end
      },
    })
  await Promise.all(counts.map(reader))
  return counts.reduce((sum, count) => sum + count, 0)
}
