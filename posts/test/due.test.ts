import { fixedClock } from '@logbook/chassis/testing/deterministic.ts'
import { testLog } from '@logbook/chassis/testing/test-log.ts'
import { describe, expect, it, vi } from 'vitest'
import { bootPosts } from './boot.ts'

const morning = '2026-01-02T09:00:00.000Z'
const waiting = { timeout: 20_000 }

const planned = async (more = {}) => {
  const clock = fixedClock()
  const posts = await bootPosts({ clock, ...more })
  const { body } = await posts.http
    .post('/posts')
    .send({ title: 'At nine', status: 'draft', publishAt: morning })
  const path = `/posts/${body.id}`
  const now = async () => (await posts.http.get(path)).body
  /** Two looks for posts that are due have begun and ended: another one, planned for then, is published. */
  const looked = async () => {
    const at = clock.now().toISOString()
    const { body: other } = await posts.http
      .post('/posts')
      .send({ title: 'Other', status: 'draft', publishAt: at })
    await vi.waitFor(
      async () => expect((await posts.http.get(`/posts/${other.id}`)).body.status).toBe('published'),
      waiting,
    )
  }
  return { ...posts, clock, path, body, now, looked }
}

describe('a draft with a time', () => {
  it('a draft is published once its time has come, not before, and its history says so', async () => {
    const { http, clock, path, body, now, looked } = await planned()
    expect(body).toMatchObject({ status: 'draft', publishAt: morning, publishedAt: null })
    clock.set('2026-01-02T08:59:59.000Z')
    await looked()
    expect(await now()).toMatchObject({ status: 'draft', publishAt: morning })
    clock.set('2026-01-02T09:00:01.000Z')
    await vi.waitFor(async () => expect((await now()).status).toBe('published'), waiting)
    expect(await now()).toMatchObject({ publishedAt: '2026-01-02T09:00:01.000Z' })
    expect(await now()).not.toHaveProperty('publishAt')
    const says = (await http.get(`${path}/history`)).body.map((entry: { says: string }) => entry.says)
    expect(says[0]).toBe('Published at the time that was set')
  })

  it('a time is changed, taken away and given by an edit, in any form of the time', async () => {
    const { http, clock, path, now, looked } = await planned()
    await http.patch(path).send({ publishAt: '2026-01-03T09:00:00Z' })
    expect(await now()).toMatchObject({ publishAt: '2026-01-03T09:00:00.000Z' })
    const version = (await http.get(path)).headers.etag
    expect((await http.patch(path).send({ publishAt: '2026-01-03T09:00:00.000Z' })).headers.etag).toBe(
      version,
    )
    await http.patch(path).send({ publishAt: null })
    clock.set('2026-01-04T00:00:00.000Z')
    await looked()
    expect((await now()).status).toBe('draft')
    const says = (await http.get(`${path}/history`)).body.map((entry: { says: string }) => entry.says)
    expect(says.slice(0, 2)).toEqual([
      expect.stringMatching(/^No longer to be published by itself/),
      expect.stringMatching(/^To be published at 2026-01-03 09:00 UTC/),
    ])
  })

  it.each(['soon', '2026-02-30', '2026-13-01T00:00:00Z', '', 1])(
    'what is no time is refused by name: %j',
    async (publishAt) => {
      const { http, path } = await planned()
      for (const asked of [
        http.post('/posts').send({ title: 'Never', status: 'draft', publishAt }),
        http.patch(path).send({ publishAt }),
      ]) {
        const { status, body } = await asked
        expect([status, body.errors]).toEqual([422, [expect.objectContaining({ path: 'publishAt' })]])
      }
    },
  )

  it('a time that passed while the service was down is kept, and the post published when it is back', async () => {
    const { bus } = testLog()
    const first = await planned({ bus })
    await first.close()
    const clock = fixedClock('2026-02-01T00:00:00.000Z')
    const again = await bootPosts({ bus, clock })
    await vi.waitFor(
      async () => expect((await again.http.get(first.path)).body.status).toBe('published'),
      waiting,
    )
  })

  it('a post that is published, at once or already, takes no time', async () => {
    const { http, path } = await planned()
    const refused = await http.post('/posts').send({ title: 'Now', publishAt: morning })
    expect([refused.status, refused.body.errors[0].path]).toEqual([422, 'publishAt'])
    expect((await http.post(`${path}/publish`)).body).not.toHaveProperty('publishAt')
    expect((await http.patch(path).send({ publishAt: morning })).status).toBe(409)
    expect((await http.patch(path).send({ publishAt: null, title: 'Changed' })).status).toBe(200)
  })
})
