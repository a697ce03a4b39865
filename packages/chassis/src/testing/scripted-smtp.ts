import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** Where a mail server is when it misbehaves; `dot` is the end of the message. */
export const stages = ['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'dot'] as const
export type Stage = (typeof stages)[number]

/** What a server does in place of its answer: a line of its own, nothing, one byte after another, lines without an end, or it goes. */
export type Behaviour = { says: string } | 'hang' | 'drip' | 'lines' | 'close'

const wellAnswers: Readonly<Record<Stage, string>> = {
  greeting: '220 here',
  EHLO: '250 here',
  MAIL: '250 well',
  RCPT: '250 well',
  DATA: '354 go on',
  dot: '250 taken',
}

const misbehave = (socket: Socket, behaviour: Behaviour, well: string): void => {
  if (typeof behaviour === 'object') return void socket.write(`${behaviour.says}\r\n`)
  if (behaviour === 'close') return void socket.destroy()
  if (behaviour === 'hang') return
  const piece = behaviour === 'drip' ? '2' : `${well.slice(0, 3)}-and more\r\n`
  const timer = setInterval(() => socket.write(piece), 20)
  socket.once('close', () => clearInterval(timer))
}

/** A mail server that behaves well but for one stage, so many times. `taken` has the messages that it took. */
export const startScriptedSmtp = async (
  at: Stage,
  behaviour: Behaviour,
  times = Number.POSITIVE_INFINITY,
) => {
  const taken: string[] = []
  let connections = 0
  let left = times
  const serve = (socket: Socket) => {
    connections++
    socket.on('error', () => {})
    const answer = (stage: Stage): boolean => {
      const isWell = stage !== at || left-- <= 0
      if (isWell) socket.write(`${wellAnswers[stage]}\r\n`)
      else misbehave(socket, behaviour, wellAnswers[stage])
      return isWell
    }
    let text = ''
    let isMessage = false
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1')
      for (;;) {
        const end = isMessage ? '\r\n.\r\n' : '\r\n'
        const ends = text.indexOf(end)
        if (ends < 0) return
        const line = text.slice(0, ends)
        text = text.slice(ends + end.length)
        if (isMessage) {
          isMessage = false
          if (answer('dot')) taken.push(line)
          continue
        }
        const verb = line.split(/[ :]/, 1)[0]?.toUpperCase()
        if (verb === 'QUIT') socket.end('221 bye\r\n')
        else if (verb === 'EHLO' || verb === 'MAIL' || verb === 'RCPT') answer(verb)
        else if (verb === 'DATA') isMessage = answer('DATA')
        else socket.write('250 well\r\n')
      }
    })
    answer('greeting')
  }
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    serve(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    taken,
    connections: () => connections,
    smtp: { host: '127.0.0.1', port, secure: false, user: undefined, password: undefined },
  }
}
