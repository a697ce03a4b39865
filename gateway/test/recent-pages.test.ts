import { describe, expect, it } from 'vitest'
import { limits } from '../src/limits.ts'
import { fakeView } from './fake-view.ts'
import { startGateway } from './running.ts'

/** A page that the client renders, and JSON, with a clock that stands still until it is moved. */
const start = async () => {
  const page = (body: string) => ({ body, tags: 'post-1' })
  const fake = fakeView({ '/posts/1': page('as it was'), '/posts': page('a list') })
  const clock = { ms: 0 }
  const { agent } = await startGateway({
    handlers: { query: fake.handler, client: fake.handler },
    nowMs: () => clock.ms,
  })
  const read = (path: string, headers: Record<string, string> = {}) =>
    agent.get(path).unset('Accept-Encoding').set(headers)
  /** The page is cached, and was confirmed now. */
  const readTwice = async () => {
    for (const _ of [1, 2]) await read('/posts/1')
    fake.asked()
  }
  const change = (): void => {
    fake.pages['/posts/1'] = page('as it is')
    fake.view.position = String(Number(fake.view.position) + 1)
    fake.change('post-1')
  }
  return { ...fake, agent, clock, read, readTwice, change }
}

describe('a cached page', () => {
  it('is answered without a question as long as its confirmation was requested within the stated time', async () => {
    const { clock, read, readTwice, change, asked } = await start()
    await readTwice()
    change()
    clock.ms += limits.confirmedMsMax / 2
    expect((await read('/posts/1')).text).toBe('as it was')
    expect(asked()).toEqual([])
    clock.ms += limits.confirmedMsMax / 2 + 1
    expect((await read('/posts/1')).text).toBe('as it is')
  })

  it('is confirmed ahead for busy readers, once more than half of the stated time has passed', async () => {
    const { clock, read, readTwice, change, asked, hold, answerNext, heldCount } = await start()
    await readTwice()
    change()
    clock.ms += limits.confirmedMsMax / 2 + 1
    hold()
    for (const _ of [1, 2]) expect((await read('/posts/1')).text).toBe('as it was')
    await expect.poll(heldCount).toBe(1)
    expect(asked()).toEqual(['/validity?since'])
    const answer = answerNext()
    await answer
    const later = read('/posts/1')
    const [{ text }] = await Promise.all([later, answerNext()])
    expect(text).toBe('as it is')
  })

  it.each(['no-cache', 'max-age=0', 'no-store, max-age=0', 'No-Cache'])(
    'is confirmed for a request with Cache-Control: %s, as of a browser that reloads',
    async (control) => {
      const { read, readTwice, change } = await start()
      await readTwice()
      change()
      expect((await read('/posts/1')).text).toBe('as it was')
      expect((await read('/posts/1', { 'Cache-Control': control })).text).toBe('as it is')
    },
  )

  it('is confirmed again after each command that was answered, whatever it was', async () => {
    const { agent, read, readTwice, change } = await start()
    await readTwice()
    change()
    await agent.post('/api/posts').send({ title: 'Another' })
    expect((await read('/posts/1')).text).toBe('as it is')
  })

  it('is confirmed again for the browser that wrote what the view did not yet have', async () => {
    const { view, read, readTwice, change } = await start()
    await readTwice()
    change()
    expect((await read('/posts/1', { Cookie: `position=${view.position}` })).text).toBe('as it is')
  })

  it('is confirmed again after an answer of query which reflects a later position, whether or not it is cached', async () => {
    for (const path of ['/api/posts', '/api/posts/1', '/api/posts/other']) {
      const { read, readTwice, change } = await start()
      await readTwice()
      change()
      await read(path)
      expect((await read('/posts/1')).text).toBe('as it is')
    }
  })

  it('is not answered with a confirmation that was requested before a command and came after it', async () => {
    const { agent, clock, read, readTwice, change, hold, answerNext } = await start()
    await readTwice()
    clock.ms += limits.confirmedMsMax + 1
    hold()
    const early = read('/posts/1').then(({ text }) => text)
    await expect
      .poll(async () => (await agent.post('/api/posts').send({ title: 'Another' })).status)
      .toBe(200)
    await answerNext()
    expect(await early).toBe('as it was')
    change()
    const late = read('/posts/1').then(({ text }) => text)
    await answerNext()
    await answerNext()
    expect(await late).toBe('as it is')
  })
})

it('a JSON answer is confirmed for every request', async () => {
  const { read, readTwice, asked } = await start()
  await readTwice()
  for (const _ of [1, 2, 3]) await read('/api/posts')
  expect(asked()).toEqual(['/posts', '/validity?since', '/validity?since'])
})
