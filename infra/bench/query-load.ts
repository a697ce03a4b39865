import { connect } from 'node:net'

interface Task {
  url: string
  connections: number
  seconds: number
  /** True where each connection asks for an address of its own. */
  distinct?: boolean
  /** The entity tag that the caller has, for answers without a body. */
  known?: string | undefined
  /** One more line of the request's head. */
  header?: string | undefined
}

const endOfHead = '\r\n\r\n'

/** How long a whole answer is, head included. All answers of one run are equally long. */
const answerLength = (url: URL, { known, header }: Pick<Task, 'known' | 'header'>): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: url.hostname, port: Number(url.port) }).setEncoding('latin1')
    let text = ''
    socket.on('error', reject)
    socket.on('data', (chunk: string) => {
      text += chunk
      const head = text.indexOf(endOfHead)
      const length = Number(/\r\nContent-Length: (\d+)/i.exec(text)?.[1] ?? 0)
      if (head === -1 || text.length < head + endOfHead.length + length) return
      socket.destroy()
      if (text.startsWith(known === undefined ? 'HTTP/1.1 200' : 'HTTP/1.1 304')) resolve(text.length)
      else reject(new Error(text.slice(0, 500)))
    })
    socket.write(requestFor(url, { known, header }))
  })

const requestFor = (
  url: URL,
  {
    search = url.search,
    known,
    header,
  }: { search?: string; known?: string | undefined; header?: string | undefined },
): string => {
  const condition = known === undefined ? '' : `\r\nIf-None-Match: ${known}`
  const more = header === undefined ? '' : `\r\n${header}`
  return `GET ${url.pathname}${search} HTTP/1.1\r\nHost: ${url.host}${condition}${more}${endOfHead}`
}

/** Answers a second, over connections that each send the next request when they have the last answer. */
const load = async (task: Task): Promise<number> => {
  const { url: address, connections, seconds, distinct = false } = task
  const url = new URL(address)
  // Twice, so that the answer that is measured comes from where the later ones come from.
  await answerLength(url, task)
  const length = await answerLength(url, task)
  const searches = Array.from({ length: connections }, (_, reader) =>
    distinct ? `?reader=${reader}` : url.search,
  )
  for (const search of distinct ? searches : []) await answerLength(new URL(search, url), task)
  let answers = 0
  const sockets = searches.map((search) => {
    const request = Buffer.from(requestFor(url, { ...task, search }))
    const socket = connect({ host: url.hostname, port: Number(url.port) })
    let received = 0
    socket.on('data', (chunk) => {
      received += chunk.length
      if (received < length) return
      if (received > length) throw new Error('An answer was longer than the first.')
      received = 0
      answers++
      socket.write(request)
    })
    socket.write(request)
    return socket
  })
  await new Promise((resolve) => setTimeout(resolve, 300))
  answers = 0
  const begun = performance.now()
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  const rate = answers / ((performance.now() - begun) / 1_000)
  for (const socket of sockets) socket.destroy()
  return rate
}

process.send?.(await load(JSON.parse(process.argv[2] ?? '{}')), () => process.exit(0))
