import { connect } from 'node:net'

export interface PagesLoad {
  url: string
  /** Asked for in turn, over all connections together. */
  paths: readonly string[]
  connections: number
  seconds: number
  /** Lines of each request's head. */
  head: readonly string[]
}

const endOfHead = '\r\n\r\n'
const endOfChunks = Buffer.from('0\r\n\r\n')
const warmUpMs = 500

/** Tells where one answer ends, whose length its head names, or which ends with an empty chunk. Throws for any but 200. */
const createReader = () => {
  let head = ''
  /** Bytes of the body that are yet to come; undefined until the head has come. */
  let left: number | undefined
  let isChunked = false
  /** True once the answer is complete. */
  return (chunk: Buffer): boolean => {
    let body = chunk
    if (left === undefined) {
      head += chunk.toString('latin1')
      const end = head.indexOf(endOfHead)
      if (end === -1) return false
      body = Buffer.from(head.slice(end + endOfHead.length), 'latin1')
      head = head.slice(0, end)
      if (!head.startsWith('HTTP/1.1 200')) throw new Error(head)
      isChunked = /\r\nTransfer-Encoding: *chunked/i.test(head)
      left = isChunked ? 1 : Number(/\r\nContent-Length: *(\d+)/i.exec(head)?.[1] ?? 0)
    }
    if (isChunked) left = body.subarray(-endOfChunks.length).equals(endOfChunks) ? 0 : 1
    else left -= body.length
    if (left > 0) return false
    head = ''
    left = undefined
    return true
  }
}

/** Answers a second, over connections that each send the next request when they have the last answer. */
const load = async ({ url: address, paths, connections, seconds, head }: PagesLoad): Promise<number> => {
  const url = new URL(address)
  const requests = paths.map((path) =>
    Buffer.from([`GET ${path} HTTP/1.1`, `Host: ${url.host}`, ...head].join('\r\n') + endOfHead),
  )
  let asked = 0
  let answers = 0
  const next = () => requests[asked++ % requests.length] ?? Buffer.alloc(0)
  const sockets = Array.from({ length: connections }, () => {
    const socket = connect({ host: url.hostname, port: Number(url.port) })
    const isComplete = createReader()
    socket.on('data', (chunk) => {
      if (!isComplete(chunk)) return
      answers++
      socket.write(next())
    })
    socket.write(next())
    return socket
  })
  await new Promise((resolve) => setTimeout(resolve, warmUpMs))
  answers = 0
  const begun = performance.now()
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  const rate = answers / ((performance.now() - begun) / 1_000)
  for (const socket of sockets) socket.destroy()
  return rate
}

process.send?.(await load(JSON.parse(process.argv[2] ?? '{}') as PagesLoad), () => process.exit(0))
