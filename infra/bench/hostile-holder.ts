import { connect, type Socket } from 'node:net'

export interface Holding {
  url: string
  /** What is sent on each connection; nothing follows. */
  request: string
  count: number
  /** Addresses of this machine that the connections come from, in turn. */
  from: readonly string[]
}

const reopenMs = 1_000
const opensPerTick = 50

const { url, request, count, from } = JSON.parse(process.argv[2] ?? '{}') as Holding
const { hostname, port } = new URL(url)
const sockets = new Set<Socket>()
let isOver = false

/** A connection that is closed is opened again a second later. */
const hold = (n: number): Promise<void> =>
  new Promise((opened) => {
    const socket = connect({ host: hostname, port: Number(port), localAddress: from[n % from.length] })
    sockets.add(socket)
    socket.once('connect', () => {
      socket.write(request)
      opened()
    })
    socket.on('error', () => {})
    socket.resume()
    socket.once('close', () => {
      sockets.delete(socket)
      opened()
      if (!isOver) setTimeout(() => void hold(n), reopenMs)
    })
  })

for (let n = 0; n < count; n += opensPerTick)
  await Promise.all(Array.from({ length: Math.min(opensPerTick, count - n) }, (_, more) => hold(n + more)))
process.once('message', () => {
  isOver = true
  for (const socket of sockets) socket.destroy()
  process.exit(0)
})
process.send?.({ held: sockets.size })
