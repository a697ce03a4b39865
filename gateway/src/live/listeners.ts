import type { ServerResponse } from 'node:http'
import type { WebSocket } from 'ws'
import type { News } from './ring.ts'

/** Who is told, by whatever means. One that does not take what it is told, up to a bound, is let go. */
export interface Listener {
  tell(news: readonly News[]): void
  heartbeat(): void
  /** Nothing more is told: it may come back at once, or not at all after `last`. */
  end(last?: News): void
}

/** Why a WebSocket is closed (RFC 6455, 7.4.1). */
export const closeCodes = { over: 1_000, policy: 1_008, restart: 1_012 } as const

/** In which a browser may answer that it closes too, before its connection is cut. */
const closeMs = 1_000

/** Server-sent events. */
export const streamListener = (
  res: ServerResponse,
  { unreadBytesMax }: { unreadBytesMax: number },
): Listener => {
  const write = (text: string): void => {
    // One that was ended stays here until its connection is closed.
    if (res.writableEnded) return
    if (res.writableLength > unreadBytesMax) res.destroy()
    else res.write(text)
  }
  return {
    tell: (news) => write(news.map(({ text }) => text).join('')),
    heartbeat: () => write(': heartbeat\n\n'),
    end: (last) => void res.end(last?.text),
  }
}

/** A WebSocket: a message for each event, and pings as heartbeats. One that gives no pong until the next is cut off. */
export const socketListener = (
  socket: WebSocket,
  { unreadBytesMax }: { unreadBytesMax: number },
): Listener => {
  let isAlive = true
  socket.on('pong', () => {
    isAlive = true
  })
  // What is wrong with its frames closes it, with the code that says so.
  socket.on('error', () => {})
  const close = (code: number, why: string): void => {
    socket.close(code, why)
    setTimeout(() => socket.terminate(), closeMs).unref()
  }
  socket.on('message', () => close(closeCodes.policy, 'This address takes no messages.'))
  const send = (text: string): void => {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > unreadBytesMax) socket.terminate()
    else socket.send(text)
  }
  return {
    tell(news) {
      for (const { message } of news) send(message)
    },
    heartbeat() {
      if (!isAlive) socket.terminate()
      else if (socket.readyState === socket.OPEN) socket.ping()
      isAlive = false
    },
    end(last) {
      if (last) send(last.message)
      if (last) close(closeCodes.over, 'The post is gone.')
      else close(closeCodes.restart, 'Come back.')
    },
  }
}
