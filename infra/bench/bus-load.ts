import { connect, type Socket } from 'node:net'
import type { OutgoingEvent } from '@logbook/chassis/log/bus.ts'
import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { silentLog } from '@logbook/chassis/log.ts'

interface Load {
  url: string
  events: readonly OutgoingEvent[]
  inFlight: number
}

/** Runs `inFlight` workers, each taking the next event as soon as its last one is answered. Returns events a second. */
const timed = async (
  { events, inFlight }: Pick<Load, 'events' | 'inFlight'>,
  workerOf: () => (event: OutgoingEvent) => Promise<void>,
): Promise<number> => {
  const workers = Array.from({ length: inFlight }, workerOf)
  let next = 0
  const begun = performance.now()
  await Promise.all(
    workers.map(async (work) => {
      for (let event = events[next++]; event !== undefined; event = events[next++]) await work(event)
    }),
  )
  return events.length / ((performance.now() - begun) / 1_000)
}

/** One service whose concurrent appends its bus client merges. */
export const throughClient = async ({ url, ...load }: Load): Promise<number> => {
  const client = createBusClient({ url, source: '/bench', log: silentLog })
  const rate = await timed(load, () => async (event) => {
    await client.append([event])
  })
  client.close()
  return rate
}

const endOfHead = '\r\n\r\n'

/** Sends requests over one kept-alive connection, one at a time; fails on anything but 201. */
const connection = (url: URL): { post: (body: string) => Promise<void>; close: () => void } => {
  const socket: Socket = connect({ host: url.hostname, port: Number(url.port) }).setEncoding('latin1')
  let received = ''
  let settle: { resolve: () => void; reject: (error: Error) => void } | undefined
  socket.on('error', (error) => settle?.reject(error))
  socket.on('data', (chunk: string) => {
    received += chunk
    const head = received.indexOf(endOfHead)
    const length = /\r\nContent-Length: (\d+)/i.exec(received)?.[1]
    if (head === -1 || received.length < head + endOfHead.length + Number(length)) return
    if (received.startsWith('HTTP/1.1 201')) settle?.resolve()
    else settle?.reject(new Error(received))
    received = ''
  })
  return {
    post: (body) =>
      new Promise((resolve, reject) => {
        settle = { resolve, reject }
        socket.write(
          `POST /events HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}${endOfHead}${body}`,
        )
      }),
    close: () => socket.destroy(),
  }
}

/** As many publishers as connections, each with one event a request: what merging in the client spares. */
export const throughConnections = async ({ url, ...load }: Load): Promise<number> => {
  const connections: { close: () => void }[] = []
  const rate = await timed(load, () => {
    const { post, close } = connection(new URL(url))
    connections.push({ close })
    return (event) => post(JSON.stringify(event))
  })
  for (const { close } of connections) close()
  return rate
}
