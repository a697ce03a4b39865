import type { IncomingMessage, RequestListener } from 'node:http'
import { expect, it, vi } from 'vitest'
import { fakeView } from './fake-view.ts'
import { startGateway } from './running.ts'

const posts = ['one', 'zwei ü'].map((slug) => ({ slug, title: slug }))
const page = (body: string, tags = 'lists') => ({ body, tags })

/** Services of which the client's first answers are 503, and the most requests that it had at a time. */
const services = (failures = 0) => {
  const view = fakeView({
    '/posts?limit=30': page(JSON.stringify(posts)),
    '/feed.xml': page('feed', 'posts'),
    '/': page('home'),
    '/archive': page('archive', 'posts'),
    '/posts/one': page('post one', 'post-1'),
    '/posts/zwei%20%C3%BC': page('post zwei', 'post-2'),
  })
  let left = failures
  let [atOnce, most] = [0, 0]
  const clientSaw: IncomingMessage[] = []
  const client: RequestListener = (req, res) => {
    clientSaw.push(req)
    most = Math.max(most, ++atOnce)
    res.once('close', () => atOnce--)
    if (left-- > 0) res.writeHead(503).end()
    else view.handler(req, res)
  }
  return { ...view, client, clientSaw, most: () => most }
}

it('after a start the cache holds the front page and the newest posts, asked for one at a time, once the services answer', async () => {
  const fake = services(2)
  const gateway = await startGateway({ handlers: { query: fake.handler, client: fake.client } })
  gateway.start()
  const cached = async (path: string) => {
    const before = fake.clientSaw.length
    const { status, text } = await gateway.agent.get(path).set('Accept-Encoding', 'br')
    return [status, text, fake.clientSaw.length - before]
  }
  await vi.waitFor(() => expect(fake.clientSaw.map(({ url }) => url)).toContain('/posts/zwei%20%C3%BC'), {
    timeout: 20_000,
    interval: 20,
  })
  await vi.waitFor(async () => expect(await cached('/posts/zwei%20%C3%BC')).toEqual([200, 'post zwei', 0]))
  for (const [path, text] of [
    ['/', 'home'],
    ['/archive', 'archive'],
    ['/posts/one', 'post one'],
  ] as const)
    expect(await cached(path)).toEqual([200, text, 0])
  expect(fake.most()).toBe(1)
  for (const { headers } of fake.clientSaw.slice(0, 6))
    expect(headers).toMatchObject({ host: 'blog.example', 'accept-encoding': 'br' })
})

it.each([
  ['after a change of all pages', 'changeAll'],
  ['when query alone has started again', 'restart'],
] as const)('%s the cache is filled again without a reader who waits for it', async (_, how) => {
  const fake = services()
  const gateway = await startGateway({ handlers: { query: fake.handler, client: fake.client } })
  const rendered = () => fake.clientSaw.splice(0).map(({ url }) => url)
  const all = ['/', '/archive', '/tags', '/posts/one', '/posts/zwei%20%C3%BC']
  gateway.start()
  const seen: (string | undefined)[] = []
  const toSeeAll = () =>
    vi.waitFor(
      () => {
        seen.push(...rendered())
        expect([...new Set(seen)].sort()).toEqual([...all].sort())
      },
      { timeout: 20_000, interval: 20 },
    )
  await toSeeAll()
  seen.splice(0)
  if (how === 'changeAll') fake.changeAll()
  else fake.view.process = 'q'
  // Of what is outdated, one reader tells the gateway.
  await gateway.agent.get('/archive').set('Accept-Encoding', 'br')
  await toSeeAll()
  expect(seen.filter((url) => url === '/posts/one')).toHaveLength(1)
})

it('a gateway that is closed while its services are away ends the warm-up at once', async () => {
  const gateway = await startGateway({
    handlers: { client: (_req, res) => void res.writeHead(503).end() },
  })
  gateway.start()
  await vi.waitFor(() => expect(gateway.of('client').length).toBeGreaterThan(0))
  await gateway.close()
  const before = gateway.of('client').length
  await gateway.close()
  expect(gateway.of('client')).toHaveLength(before)
})
