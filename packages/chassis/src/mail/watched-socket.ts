import { connect, type Socket } from 'node:net'

interface Watched {
  host: string
  port: number
  msMax: { connect: number; silence: number }
}

const looksPerSilence = 6

const timedOut = (what: string): Error => Object.assign(new Error(what), { code: 'ETIMEDOUT' })

/** Ends a connection over which nothing was sent for so long. */
const endWhenStuck = (socket: Socket, silenceMs: number): void => {
  let sent = socket.bytesWritten
  let sentAt = performance.now()
  const timer = setInterval(() => {
    if (socket.bytesWritten === sent && performance.now() - sentAt >= silenceMs)
      return void socket.destroy(timedOut('The server lets nothing be sent.'))
    if (socket.bytesWritten === sent) return
    sent = socket.bytesWritten
    sentAt = performance.now()
  }, silenceMs / looksPerSilence)
  timer.unref()
  socket.once('close', () => clearInterval(timer))
}

/**
 * Opens a connection to a mail server that ends when nothing could be sent over it for a while. A server that gives its answer byte by byte,
 * or line by line without an end, is never silent, and would be waited for without end.
 */
export const openWatched = (
  { host, port, msMax }: Watched,
  opened: (error: Error | null, socket?: Socket) => void,
): void => {
  const socket = connect({ host, port })
  const late = setTimeout(() => socket.destroy(timedOut('The server accepts no connection.')), msMax.connect)
  const failed = (error: Error) => opened(error)
  socket.once('error', failed)
  socket.once('close', () => clearTimeout(late))
  socket.once('connect', () => {
    clearTimeout(late)
    endWhenStuck(socket, msMax.silence)
    opened(null, socket)
    socket.removeListener('error', failed)
  })
}
