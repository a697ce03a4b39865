import { commentCreated, commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { draftCreated, draftUpdated, examplePostId, postCreated } from '@logbook/contracts/examples/posts.ts'
import { change, missedChanges } from '@logbook/contracts/http/query.ts'
import { describe, expect, it, vi } from 'vitest'
import { limits } from '../src/limits.ts'
import { booted, idOf } from './booted.ts'
import { serve, watch } from './watching.ts'

describe('the feed of all changes', () => {
  it('the feed of all changes has its first position, the changes with their posts, and the position up to which it is complete', async () => {
    const other = { id: idOf(1), slug: 'other' }
    const { app, publishAndSettle } = await booted(postCreated(), postCreated(other))
    const { told } = await watch(await serve(app), '/changes/feed')
    await publishAndSettle(commentUpdated(), commentUpdated({ id: idOf(2), postId: other.id }))
    await vi.waitFor(() => expect(told().at(-1)).toMatchObject({ id: '4', event: 'flushed' }))
    const [begin, ...news] = told()
    expect(begin).toMatchObject({ id: '2', event: 'begin' })
    const comments = news.filter(({ event }) => event === 'comment')
    expect(comments.map(({ id, data }) => [id, (data as { post: string }).post])).toEqual([
      ['3', examplePostId],
      ['4', other.id],
    ])
    for (const { data } of comments) {
      const said = (data as { change: unknown }).change
      expect(change.parse(said)).toEqual(said)
    }
  })

  it('the feed of all changes says of a hidden post only that it is gone', async () => {
    const { app, publishAndSettle } = await booted(
      postCreated(),
      draftCreated({ id: idOf(1), slug: 'draft' }),
    )
    const { told, text } = await watch(await serve(app), '/changes/feed')
    const secret = 'not to be seen'
    await publishAndSettle(draftUpdated(), commentUpdated({ content: secret }))
    await publishAndSettle(commentUpdated({ id: idOf(2), postId: idOf(1), content: secret }))
    await vi.waitFor(() => expect(told().map(({ event }) => event)).toContain('post-removed'))
    expect(text()).not.toContain(secret)
    expect(told().filter(({ event }) => event === 'comment')).toEqual([])
  })

  it('the feed of all changes ends when the service stops', async () => {
    const { app, close } = await booted(postCreated())
    const { ended } = await watch(await serve(app), '/changes/feed')
    await close()
    await vi.waitFor(() => expect(ended()).toBe(true))
  })

  it('the followers of the feed of all changes are limited', async () => {
    const { app, http } = await booted(postCreated())
    const port = await serve(app)
    for (let n = 0; n < limits.feedFollowersMax; n++) await watch(port, '/changes/feed')
    await http.get('/changes/feed').expect(503)
  })
})

describe('missed changes of a post', () => {
  it('missed changes are the latest change of each item since a position', async () => {
    const { http } = await booted(
      postCreated(),
      commentCreated(),
      commentUpdated(),
      commentUpdated({ id: idOf(1) }),
    )
    const path = `/changes/missed?post=${examplePostId}`
    const { body } = await http.get(`${path}&after=2`).expect(200)
    expect(missedChanges.parse(body)).toEqual(body)
    expect(body).toMatchObject({ post: examplePostId, position: 4, reload: false })
    expect(body.changes.map(({ position }: { position: number }) => position)).toEqual([3, 4])
    expect((await http.get(path)).body).toMatchObject({ position: 4, reload: false, changes: [] })
    expect((await http.get(path).set('Last-Event-ID', '3')).body.changes).toHaveLength(1)
    await http.get(`/changes/missed?post=${idOf(9)}`).expect(404)
    await http.get('/changes/missed?post=x').expect(422)
  })

  it('more missed changes than the maximum ask for a reload', async () => {
    const many = Array.from({ length: limits.resumeChangesMax + 1 }, (_, n) =>
      commentUpdated({ id: idOf(n) }),
    )
    const { http } = await booted(postCreated(), ...many)
    const { body } = await http.get(`/changes/missed?post=${examplePostId}&after=1`)
    expect(body).toMatchObject({ reload: true, changes: [] })
  })
})
