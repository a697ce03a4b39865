import { describe, expect, it } from 'vitest'
import { definitionOf, eventDefinitions, eventTypes } from '../src/events/catalog.ts'
import { currentDataVersion, upcast } from '../src/events/upcast.ts'

const upcasts = [
  (data: unknown) => ({ ...(data as object), two: true }),
  (data: unknown) => ({ ...(data as object), three: true }),
]

describe('upcasting', () => {
  it('takes data through every later step, and leaves the newest as it is', () => {
    expect(upcast({ dataversion: 1, data: { one: true } }, { upcasts })).toEqual({
      one: true,
      two: true,
      three: true,
    })
    expect(upcast({ dataversion: 2, data: {} }, { upcasts })).toEqual({ three: true })
    expect(upcast({ dataversion: 3, data: {} }, { upcasts })).toEqual({})
  })

  it('leaves types without steps alone', () => {
    const data = { a: 1 }
    expect(upcast({ dataversion: 1, data }, { upcasts: [] })).toBe(data)
    expect(currentDataVersion('Other')).toBe(1)
    for (const type of eventTypes)
      expect(currentDataVersion(type)).toBe(eventDefinitions[type].upcasts.length + 1)
  })
})

describe('the catalogue’s own steps', () => {
  const older = (type: string, data: unknown) =>
    upcast({ dataversion: 1, data }, definitionOf(type) ?? { upcasts })

  it('bring who wrote a comment out of its author', () => {
    const author = { id: '01920000-0000-7000-8000-0000000000f1', name: 'Ann', url: null }
    expect(older('CommentCreated', { author, content: 'a' })).toEqual({
      authorId: author.id,
      author: { name: 'Ann', url: null, email: null },
      content: 'a',
    })
    expect(older('CommentUpdated', { status: 'deleted' })).toEqual({ authorId: null, status: 'deleted' })
    expect(older('CommentEdited', { content: 'a' })).toEqual({ authorId: null, content: 'a' })
  })

  it('an upcast gives a comment the flags that it had: promoted by a moderator, or none', () => {
    expect(older('CommentPromoted', { id: 'a' })).toEqual({ id: 'a', promoted: true, by: 'moderator' })
    const flags = { promoted: true, searchable: true, advertised: false, anonymized: false }
    expect(older('CommentUpdated', { author: null, promoted: true })).toEqual({
      ...{ authorId: null, author: null },
      ...flags,
    })
  })

  it('an upcast gives a person who judged or changed rules an unknown id', () => {
    expect(older('CommentModerated', { by: { kind: 'person', name: 'Ann' } })).toEqual({
      by: { kind: 'person', id: null, name: 'Ann' },
    })
    const byDefault = { by: { kind: 'default', rulesVersion: 0 } }
    expect(older('CommentModerated', byDefault)).toEqual(byDefault)
    expect(older('RulesChanged', { by: 'Ann' })).toEqual({ by: { id: null, name: 'Ann' } })
  })

  it('an upcast of a change of a post or comment says that its author was not recorded', () => {
    expect(older('PostEdited', { title: 'A' })).toEqual({ by: null, title: 'A' })
    for (const type of ['PostPublished', 'PostUnpublished', 'PostDeleted', 'CommentDeleted'])
      expect(older(type, {})).toEqual({ by: null })
  })

  it('leave of settings that said nothing of comments what the code said', () => {
    const settings = { title: 'A', timeZone: 'UTC' }
    expect(older('BlogSettingsChanged', { settings })).toMatchObject({
      settings: { ...settings, commentsFrom: 'guests', editMinutes: 15 },
    })
    expect(older('BlogSettingsChanged', { settings: 7 })).toEqual({ settings: 7 })
  })

  it('give a post that is older than covers none, open comments and no former address', () => {
    const none = { cover: null, coverAlt: '', commentsClosed: false, formerAddresses: [] }
    for (const type of ['PostCreated', 'PostUpdated']) {
      expect(older(type, { status: 'draft', title: 'A' })).toEqual({ ...none, status: 'draft', title: 'A' })
      expect(older(type, { status: 'deleted' })).toEqual({ status: 'deleted' })
    }
  })

  it.each([null, 'text', [1], 7])('return %j as it is', (data) => {
    expect(older('CommentCreated', data)).toBe(data)
  })
})
