import { expect, it } from 'vitest'
import { bootNotifications, logbook, populate, postId, reader } from './boot.ts'

it('a change of preferences from an outdated version is refused with 412 and keeps the other change', async () => {
  const book = logbook()
  await populate(book)
  const person = await bootNotifications(book).as(reader)
  const otherPost = postId.replace(/1$/, '2')
  const { headers } = await person.get('/preferences').expect(200)
  const etag = String(headers.etag)
  const mute = (mutedPosts: string[], ifMatch: string) =>
    person.put('/preferences').set('If-Match', ifMatch).send({ mutedPosts })
  await mute([postId], etag).expect(200)
  const refused = await mute([otherPost], etag).expect(412)
  expect(refused.body.code).toBe('precondition-failed')
  const now = await person.get('/preferences').expect(200)
  expect(now.body.mutedPosts).toEqual([postId])
  const changed = await mute([postId, otherPost], String(now.headers.etag)).expect(200)
  expect([changed.body.mutedPosts, changed.headers.etag === now.headers.etag]).toEqual([
    [postId, otherPost],
    false,
  ])
})
