import { describe, expect, it } from 'vitest'
import {
  evolveThread,
  type LiveThread,
  liveThreadOf,
  type ThreadEvent,
} from '../app/features/comments/live-thread.ts'
import type { ThreadComment } from '../app/features/comments/thread.ts'

const comment = (id: string, more: Partial<ThreadComment> = {}): ThreadComment => ({
  id,
  parentId: null,
  status: 'approved',
  author: null,
  html: `<p>${id}</p>`,
  reason: null,
  score: 0,
  promoted: false,
  revision: 1,
  createdAt: '2026-11-20T10:00:00.000Z',
  editedAt: null,
  ...more,
})
const nothing = { approved: 0, waiting: 0, unpublished: 0 }
const pending = (id: string, more = {}) => comment(id, { status: 'pending', html: null, ...more })
const written = (key: string): ThreadEvent => ({
  kind: 'written',
  comment: pending(key, { own: { text: 'mine', delivery: 'sending' } }),
})
const after = (comments: ThreadComment[], ...events: ThreadEvent[]): LiveThread =>
  events.reduce(evolveThread, liveThreadOf({ comments, next: null, inAll: nothing }))
const heard = (one: ThreadComment): ThreadEvent => ({ kind: 'heard', comment: one })
const idsOf = (comments: readonly ThreadComment[]) => comments.map(({ id }) => id)

describe('a comment of somebody else', () => {
  it('waits until the reader asks for it', () => {
    const thread = after([comment('1')], heard(comment('2')))
    expect([idsOf(thread.comments), idsOf(thread.arrived)]).toEqual([['1'], ['2']])
    const shown = evolveThread(thread, { kind: 'shown' })
    expect([idsOf(shown.comments), idsOf(shown.arrived)]).toEqual([['1', '2'], []])
  })

  it('that is still held is only counted, and waits once it is published', () => {
    const thread = after([], heard(pending('1')))
    expect([thread.comments.length, thread.arrived.length]).toEqual([1, 0])
    expect(idsOf(evolveThread(thread, heard(comment('1'))).arrived)).toEqual(['1'])
  })

  it('that is on the page changes in place', () => {
    expect(after([comment('1')], heard(comment('1', { score: 3 }))).comments[0]?.score).toBe(3)
  })

  it('that is taken back vanishes at once, from the page and from what waits', () => {
    expect(
      after([comment('1')], heard(comment('1', { status: 'rejected', html: null }))).comments[0]?.html,
    ).toBe(null)
    const gone = after([], heard(comment('2')), heard(comment('2', { status: 'deleted', html: null })))
    expect(gone.arrived).toEqual([])
  })
})

describe('a comment of one’s own', () => {
  const sent = { kind: 'sent', key: 'k', id: '7', status: 'pending' } as const

  it('is on the page at once, then under the id that it was given', () => {
    expect(idsOf(after([], written('k')).comments)).toEqual(['k'])
    const [delivered] = after([], written('k'), sent).comments
    expect(delivered).toMatchObject({ id: '7', status: 'pending', own: { text: 'mine', delivery: 'sent' } })
  })

  it('is there once, whichever comes first: its answer or its news', () => {
    const thread = after([], written('k'), heard(pending('7')), sent)
    expect(idsOf(thread.comments)).toEqual(['7'])
    expect(thread.comments[0]?.own?.text).toBe('mine')
  })

  it('that is published before its answer arrives shows as published', () => {
    const thread = after([], written('k'), heard(comment('7')), sent)
    expect(thread).toMatchObject({ comments: [{ id: '7', status: 'approved' }], arrived: [] })
  })

  it('keeps its text while it is held, and when it is refused', () => {
    const refused = heard(comment('7', { status: 'rejected', html: null }))
    const explained = { kind: 'explained', id: '7', revision: 1, reason: 'why' } as const
    const events = [written('k'), sent, heard(pending('7')), refused]
    const [mine] = after([], ...events, explained).comments
    expect(mine).toMatchObject({ status: 'rejected', reason: 'why', own: { text: 'mine' } })
    const late = { ...explained, revision: 2 }
    expect(after([], ...events, late).comments[0]).toMatchObject({ reason: null })
  })

  it('that could not be sent says why, and can be tried again or discarded', () => {
    const failed = after([], written('k'), { kind: 'failed', key: 'k', problem: 'away' })
    expect(failed.comments[0]?.own).toEqual({ text: 'mine', delivery: 'failed', problem: 'away' })
    expect(evolveThread(failed, { kind: 'again', key: 'k' }).comments[0]?.own?.delivery).toBe('sending')
    expect(evolveThread(failed, { kind: 'discarded', key: 'k' }).comments).toEqual([])
  })

  it('is still there after the page was read anew', () => {
    const thread = after([], written('k'), sent, written('unsent'), {
      kind: 'loaded',
      thread: { comments: [pending('7')], next: null, inAll: nothing },
    })
    expect(idsOf(thread.comments)).toEqual(['7', 'unsent'])
    expect(thread.comments[0]?.own?.text).toBe('mine')
  })

  it('is recognised from what the browser kept', () => {
    const texts = [{ id: '7', text: 'mine', html: '<p>mine</p>' }]
    expect(after([pending('7')], { kind: 'recalled', texts }).comments[0]).toMatchObject({
      html: '<p>mine</p>',
      own: { text: 'mine', delivery: 'sent' },
    })
    expect(after([comment('7')], { kind: 'recalled', texts }).comments[0]?.own).toBeUndefined()
  })
})

describe('a thread of which only a page is here', () => {
  const inAll = { approved: 10, waiting: 3, unpublished: 1 }
  const late = (id: string, minute: number, more: Partial<ThreadComment> = {}) =>
    comment(id, {
      createdAt: `2026-11-20T10:${String(minute).padStart(2, '0')}:00.000Z`,
      replies: 0,
      ...more,
    })
  const page = liveThreadOf({
    comments: [
      late('5', 5, { replies: 3, more: 'x' }),
      late('6', 6),
      late('7', 7, { status: 'pending', html: null }),
    ],
    next: 'later',
    inAll,
  })

  it('counts those that are not', () => {
    expect(page.elsewhere).toEqual({ approved: 8, waiting: 2, unpublished: 1 })
  })

  it('goes on with those that come, each once', () => {
    const more = [late('4', 4), late('6', 6)]
    const thread = evolveThread(page, { kind: 'continued', parentId: null, comments: more, next: null })
    expect(idsOf(thread.comments)).toEqual(['5', '6', '7', '4'])
    expect(thread).toMatchObject({ next: null, elsewhere: { approved: 7 } })
  })

  it('goes on with replies, and knows when they are all there', () => {
    const replies = [late('8', 8, { parentId: '5' })]
    const thread = evolveThread(page, { kind: 'continued', parentId: '5', comments: replies, next: null })
    expect(thread.comments[0]).toMatchObject({ id: '5', more: null, replies: 3 })
    expect(thread.next).toBe('later')
  })

  it('takes news of an older comment for news of another page, and of a newer one for a new one', () => {
    expect(evolveThread(page, heard(late('1', 1)))).toBe(page)
    expect(idsOf(evolveThread(page, heard(late('9', 9))).arrived)).toEqual(['9'])
    expect(evolveThread(page, heard(comment('5', { score: 2 }))).comments[0]).toMatchObject({
      score: 2,
      replies: 3,
    })
  })
})
