import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { allowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { askOutside } from '@logbook/chassis/http/ask-outside.ts'
import { expect, it, onTestFinished } from 'vitest'

/** A host that sends the beginning of an answer and then nothing. */
const startHost = async (answer: string) => {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => void socket.write(answer))
    onTestFinished(() => void socket.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

it.each([
  ['with a length', 'Content-Length: 100\r\n\r\nabc'],
  ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'],
  ['that ends with its connection', '\r\nabc'],
])('a body that is given up while it is read does not look complete: %s', async (_, rest) => {
  const giving = new AbortController()
  const { response } = await askOutside(await startHost(`HTTP/1.1 200 OK\r\n${rest}`), {
    ...{ allow: allowedTargets(['loopback']), headers: {}, signal: giving.signal },
    bounds: { headersMs: 5_000, redirectsMax: 0 },
    refused: (sentence) => new Error(sentence),
  })
  const read = async () => {
    let text = ''
    for await (const piece of response) {
      text += piece
      giving.abort(new Error('enough'))
    }
    return text
  }
  await expect(read()).rejects.toThrow('given up')
})
