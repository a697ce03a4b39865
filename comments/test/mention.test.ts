import type { Bus } from '@logbook/chassis/log/bus.ts'
import { allEvents, appendForeign } from '@logbook/chassis/testing/test-log.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import { mentionFound, mentionGone } from '@logbook/contracts/examples/mentions.ts'
import { describe, expect, it } from 'vitest'
import { bootComments, moderate, thread } from './boot.ts'

const commentId = mentionFound().data.commentId
const anotherId = '01920000-0000-7000-8000-0000000000c2'

/** Speaks as notifications does. */
const find = (bus: Bus, changes: Partial<EventData<'MentionFound'>> = {}) => {
  const { type, subject, data } = mentionFound(changes)
  return appendForeign(bus, { type, subject, data })
}
const lose = (bus: Bus, changes: Partial<EventData<'MentionGone'>> = {}) => {
  const { type, subject, data } = mentionGone(changes)
  return appendForeign(bus, { type, subject, data })
}
const own = async (bus: Bus) => (await allEvents(bus)).filter(({ source }) => source === '/comments')

describe('a mention', () => {
  it('becomes a comment that waits for its verdict, by the page that mentions the post', async () => {
    const { http, bus, settled } = await bootComments()
    const cause = await find(bus)
    await settled()
    expect((await http.get(thread)).body).toMatchObject([{ id: commentId, kind: 'mention', content: null }])
    await moderate(bus, { id: commentId })
    await settled()
    expect((await http.get(`/comments/${commentId}`)).body).toMatchObject({
      ...{ kind: 'mention', status: 'approved', content: 'I walked it too.' },
      author: { name: 'A reader', url: 'https://reader.example/notes/7' },
    })
    expect((await own(bus))[0]).toMatchObject({ type: 'CommentCreated', causationid: cause })
  })

  it('is judged again when the page says something else, and not when it says the same', async () => {
    const { bus, http, settled } = await bootComments()
    await find(bus)
    await settled()
    await moderate(bus, { id: commentId })
    await settled()
    const before = await own(bus)
    await find(bus)
    await settled()
    expect(await own(bus)).toEqual(before)
    await find(bus, { content: 'I walked it twice.' })
    await settled()
    expect((await http.get(`/comments/${commentId}`)).body).toMatchObject({ status: 'pending', revision: 2 })
  })

  it('is deleted with its page, and is another comment when the page is back', async () => {
    const { bus, http, settled } = await bootComments()
    await find(bus)
    await settled()
    await lose(bus)
    await find(bus, { commentId: anotherId })
    await settled()
    await http.get(`/comments/${commentId}`).expect(410)
    await http.get(`/comments/${anotherId}`).expect(200)
  })

  it('stays deleted where a moderator has deleted it', async () => {
    const { bus, owner, settled } = await bootComments()
    await find(bus)
    await settled()
    await owner.delete(`/comments/${commentId}`).expect(204)
    await find(bus, { content: 'Again.' })
    await settled()
    await owner.get(`/comments/${commentId}`).expect(410)
  })

  it('is answered once, also by a service whose file is made again from the log', async () => {
    const first = await bootComments()
    await find(first.bus)
    await first.settled()
    await find(first.bus, { content: 'Otherwise.' })
    await lose(first.bus)
    await first.settled()
    const before = await allEvents(first.bus)
    await first.close()
    const second = await bootComments({ bus: first.bus })
    await second.settled()
    expect(await allEvents(first.bus)).toEqual(before)
  })
})
