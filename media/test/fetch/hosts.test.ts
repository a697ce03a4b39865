import { expect, it } from 'vitest'
import { failure, refusal, serve, serveRaw } from './hosts.ts'

it('a file by link is given up if its host takes too long for the whole, at whatever pace', async () => {
  const url = await serve((_, response) => {
    const more = () => void response.write('a', () => setImmediate(more))
    more()
  })
  const bounds = { wholeMs: 1, paceMs: 1, bytesPerPaceMin: 0 }
  expect(await refusal(url, { bounds })).toBe('The other host sends too slowly.')
})

it.each([
  ['SSH-2.0-other\r\n', 'answers with something that is not HTTP.'],
  ['HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n', 'answers with something that is not HTTP.'],
  [
    'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd',
    'answers with something that is not HTTP.',
  ],
  ['HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc', 'broke the connection off.'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 'broke the connection off.'],
  ['', 'broke the connection off.'],
])('a host that answers with rubbish or breaks off is said to in a sentence: %j', async (text, sentence) => {
  const url = await serveRaw(text)
  expect((await failure(url)).message).toBe(`${new URL(url).host} ${sentence}`)
})
