import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { OutgoingEvent } from '@logbook/chassis/log/bus.ts'
import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream'
import { connect as connectNats } from '@nats-io/transport-node'

/** Appends one event to whatever is measured; rejects unless it was acknowledged. */
export interface Publisher {
  publish(event: OutgoingEvent): Promise<void>
  close(): void
}

interface Pending {
  resolve: () => void
  reject: (error: Error) => void
}

/** What Redis and PostgreSQL answer is read by hand, so that no client library of theirs slows them down. */
export const open = async (port: number): Promise<Socket> => {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  await once(socket, 'connect')
  return socket
}

/** Joins what is written in one turn of the loop into one write, as pipelining clients do. */
const pipelined = (socket: Socket): ((text: string) => void) => {
  let waiting = ''
  return (text) => {
    if (waiting === '')
      setImmediate(() => {
        socket.write(waiting)
        waiting = ''
      })
    waiting += text
  }
}

export const busClient = (url: string): Publisher => {
  const client = createBusClient({ url, source: '/bench', logger: silentLogger })
  return {
    publish: async (event) => {
      await client.append([event])
    },
    close: () => client.close(),
  }
}

const endOfHead = '\r\n\r\n'

/** One kept-alive connection with one event a request, as a load generator makes them. */
export const busConnection = async (url: string): Promise<Publisher> => {
  const { host, port } = new URL(url)
  const socket = (await open(Number(port))).setEncoding('latin1')
  let received = ''
  let pending: Pending | undefined
  socket.on('error', (error) => pending?.reject(error))
  socket.on('data', (chunk: string) => {
    received += chunk
    const head = received.indexOf(endOfHead)
    const length = /\r\nContent-Length: (\d+)/i.exec(received)?.[1]
    if (head === -1 || received.length < head + endOfHead.length + Number(length)) return
    if (received.startsWith('HTTP/1.1 20')) pending?.resolve()
    else pending?.reject(new Error(received))
    received = ''
  })
  return {
    publish: (event) =>
      new Promise((resolve, reject) => {
        pending = { resolve, reject }
        const body = JSON.stringify(event)
        socket.write(
          `POST /events HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}${endOfHead}${body}`,
        )
      }),
    close: () => socket.destroy(),
  }
}

const bulk = (text: string) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`
export const redisCommand = (...parts: string[]): string => `*${parts.length}\r\n${parts.map(bulk).join('')}`

/** XADD over one pipelined connection. */
export const redis = async (port: number): Promise<Publisher> => {
  const socket = (await open(port)).setEncoding('latin1')
  const write = pipelined(socket)
  const pending: Pending[] = []
  let received = ''
  socket.on('data', (chunk: string) => {
    const lines = (received + chunk).split('\r\n')
    received = lines.pop() ?? ''
    // An id comes as two lines, its length and itself.
    for (const line of lines)
      if (line.startsWith('-')) pending.shift()?.reject(new Error(line))
      else if (!line.startsWith('$')) pending.shift()?.resolve()
  })
  return {
    publish: (event) =>
      new Promise((resolve, reject) => {
        pending.push({ resolve, reject })
        write(redisCommand('XADD', 'events', '*', 'event', JSON.stringify(event)))
      }),
    close: () => socket.destroy(),
  }
}

/** JetStream publishes by its own Node client over one connection, each acknowledged. */
export const jetStream = async (port: number): Promise<Publisher> => {
  const connection = await connectNats({ servers: `127.0.0.1:${port}` })
  const manager = await jetstreamManager(connection)
  await manager.streams.add({ name: 'events', subjects: ['events'], storage: StorageType.File })
  const stream = jetstream(connection)
  return {
    publish: async (event) => {
      await stream.publish('events', JSON.stringify(event))
    },
    close: () => void connection.close(),
  }
}

const postgresMessage = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(type.length + 4)
  head.write(type)
  head.writeInt32BE(body.length + 4, type.length)
  return Buffer.concat([head, body])
}

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

const sized = (text: string): Buffer => Buffer.concat([int32(Buffer.byteLength(text)), Buffer.from(text)])

/** A prepared INSERT over one connection, one at a time, committed by itself. */
export const postgres = async (port: number): Promise<Publisher> => {
  const socket = await open(port)
  let received: Buffer = Buffer.alloc(0)
  let pending: Pending | undefined
  let failure: string | undefined
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    while (received.length >= 5) {
      const size = received.readInt32BE(1) + 1
      if (received.length < size) return
      const type = String.fromCharCode(received[0] ?? 0)
      if (type === 'E') failure = received.toString('utf8', 5, size)
      if (type === 'Z' && failure === undefined) pending?.resolve()
      else if (type === 'Z') pending?.reject(new Error(failure))
      received = received.subarray(size)
    }
  })
  const exchange = (...messages: Buffer[]) =>
    new Promise<void>((resolve, reject) => {
      pending = { resolve, reject }
      socket.write(Buffer.concat(messages))
    })
  const sync = postgresMessage('S', Buffer.alloc(0))
  await exchange(postgresMessage('', Buffer.concat([int32(196_608), Buffer.from('user\0postgres\0\0')])))
  const insert = 'i\0INSERT INTO events (id, event) VALUES ($1, $2)\0\0\0'
  await exchange(postgresMessage('P', Buffer.from(insert)), sync)
  const execute = Buffer.concat([postgresMessage('E', Buffer.from('\0\0\0\0\0')), sync])
  return {
    publish: (event) => {
      const parameters = [sized(event.id), sized(JSON.stringify(event))]
      const bind = Buffer.concat([Buffer.from('\0i\0\0\0\0\x02'), ...parameters, Buffer.from('\0\0')])
      return exchange(postgresMessage('B', bind), execute)
    },
    close: () => socket.destroy(),
  }
}
