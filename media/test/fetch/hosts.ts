import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { allowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { serveForTest } from '@logbook/chassis/testing/serve-for-test.ts'
import { type Fetching, fetchTo } from '@logbook/media/fetch/fetch.ts'
import { MediaRefused } from '@logbook/media/types/refused.ts'
import { expect, onTestFinished } from 'vitest'

export const serve = async (listener: RequestListener): Promise<string> => (await serveForTest(listener)).url

/** The address of a host that accepts no connection. */
export const closed = async (): Promise<string> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}/`
}

/** A host that answers with these bytes and then does as told. */
export const serveRaw = async (
  text: string,
  then: (socket: Socket) => void = (socket) => socket.end(),
): Promise<string> => {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    socket.once('data', () => {
      socket.write(text, 'latin1')
      then(socket)
    })
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

export const fetched = async (url: string, options: Partial<Fetching> = {}) => {
  const chunks: Uint8Array[] = []
  const result = await fetchTo(url, async (chunk) => void chunks.push(Uint8Array.from(chunk)), {
    ...{ allow: allowedTargets(['127.0.0.1']), maxBytes: 1_000_000, onProgress: () => {} },
    ...{ signal: new AbortController().signal, ...options },
    bounds: { resumeDelay: { initial: 1, max: 1 }, ...options.bounds },
  })
  return { ...result, text: Buffer.concat(chunks).toString('latin1') }
}

export const failure = async (url: string, options: Partial<Fetching> = {}): Promise<Error> => {
  const error = await fetched(url, options).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(Error)
  return error as Error
}
export const refusal = async (url: string, options: Partial<Fetching> = {}): Promise<string> => {
  const error = await failure(url, options)
  expect(error).toBeInstanceOf(MediaRefused)
  return error.message
}
