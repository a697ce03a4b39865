import { postCreated } from '@logbook/contracts/examples/posts.ts'
import { expect, it } from 'vitest'
import { booted, idOf } from './booted.ts'

const paths = [
  '/posts',
  '/posts/post-1',
  '/search?q=hello',
  '/posts?asOf=1',
  '/feed.xml',
  '/sitemap.xml',
  '/posts/none',
]

it('every answer with a position has the identity of its log, from the cache and as 304 too', async () => {
  const { http, store } = await booted(postCreated({ id: idOf(1), slug: 'post-1', title: 'Hello' }))
  const { id, epoch } = store.identity
  const log = { 'log-id': id, 'log-epoch': String(epoch) }
  for (const path of [...paths, ...paths]) {
    const { headers, status } = await http.get(path)
    expect(headers, path).toMatchObject({ ...log, position: '1' })
    if (status !== 200 || headers.etag === undefined) continue
    const known = await http.get(path).set('If-None-Match', headers.etag)
    expect([known.status, known.headers], path).toMatchObject([304, { ...log, position: '1' }])
  }
})
