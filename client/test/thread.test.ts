import { publicCommentExample } from '@logbook/contracts/examples/comments.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  buildThread,
  elsewhereOf,
  isReadable,
  sorts,
  type ThreadComment,
} from '../app/features/comments/thread.ts'

const { content: _, postId: __, ...answered } = publicCommentExample({ author: null })
const comment = (id: string, more: Partial<ThreadComment> = {}): ThreadComment => ({
  ...answered,
  id,
  html: `<p>${id}</p>`,
  createdAt: `2026-11-20T10:00:${id.padStart(2, '0').slice(-2)}.000Z`,
  ...more,
})
const hidden = (status: ThreadComment['status']) => ({ status, html: null })
const idsOf = (comments: ThreadComment[], sort: (typeof sorts)[number] = 'oldest') =>
  buildThread({ comments, sort }).rows.map((row) => row.comment.id)

describe('buildThread', () => {
  it('replies are below their parent, oldest first', () => {
    const comments = [
      comment('1'),
      comment('2'),
      comment('3', { parentId: '1' }),
      comment('4', { parentId: '3' }),
      comment('5', { parentId: '1' }),
    ]
    expect(idsOf(comments)).toEqual(['1', '3', '4', '5', '2'])
    expect(buildThread({ comments, sort: 'oldest' }).rows.map(({ path }) => path.join('/'))).toEqual([
      '',
      '1',
      '1/3',
      '1',
      '',
    ])
  })

  it('the reader’s order applies to threads, not to the replies within', () => {
    const comments = [
      comment('1', { score: 1 }),
      comment('2', { score: 5 }),
      comment('3'),
      comment('4', { parentId: '1' }),
      comment('5', { parentId: '1', score: 9 }),
    ]
    expect(idsOf(comments, 'newest')).toEqual(['3', '2', '1', '4', '5'])
    expect(idsOf(comments, 'best')).toEqual(['2', '1', '4', '5', '3'])
  })

  it('comments just written in this browser are last, beside the form', () => {
    const own = comment('9', { ...hidden('pending'), own: { text: 'x' } })
    expect(idsOf([comment('1'), own, comment('2')], 'newest')).toEqual(['2', '1', '9'])
  })

  it('an unreadable comment keeps its place only above readable replies', () => {
    const comments = [
      comment('1', hidden('deleted')),
      comment('2', { parentId: '1' }),
      comment('3', hidden('pending')),
      comment('4', { ...hidden('pending'), parentId: '3' }),
      comment('5', hidden('rejected')),
    ]
    const { rows, waiting, unpublished, approved } = buildThread({ comments, sort: 'oldest' })
    expect(rows.map(({ comment: { id }, isShown }) => [id, isShown])).toEqual([
      ['1', false],
      ['2', true],
    ])
    expect({ waiting, unpublished, approved }).toEqual({ waiting: 2, unpublished: 1, approved: 1 })
  })

  it('a reply with an unknown parent, or one that would form a cycle, starts a thread', () => {
    expect(
      idsOf([
        comment('1', { parentId: 'x' }),
        comment('2', { parentId: '3' }),
        comment('3', { parentId: '2' }),
      ]),
    ).toEqual(['1', '2', '3'])
  })

  it('a thread can be thousands deep', () => {
    const comments = Array.from({ length: 20_000 }, (_, n) =>
      comment(String(n), { parentId: n === 0 ? null : String(n - 1) }),
    )
    expect(buildThread({ comments, sort: 'oldest' }).rows.length).toBe(20_000)
  })
})

const threads = fc
  .array(
    fc.record({
      parent: fc.nat(),
      isReply: fc.boolean(),
      status: fc.constantFrom('approved', 'approved', 'pending', 'rejected', 'deleted'),
      isOwn: fc.integer({ min: 0, max: 9 }),
      second: fc.nat({ max: 99 }),
      score: fc.integer({ min: -3, max: 3 }),
    }),
    { maxLength: 40 },
  )
  .map((seeds) =>
    seeds.map(({ parent, isReply, status, isOwn, second, score }, index) =>
      comment(String(index), {
        parentId: isReply && index > 0 ? String(parent % index) : null,
        status: status as ThreadComment['status'],
        html: status === 'approved' ? 'x' : null,
        ...(isOwn === 0 ? { own: { text: 'x' } } : {}),
        score,
        createdAt: String(second).padStart(2, '0'),
      }),
    ),
  )

describe('whatever the thread', () => {
  it('for any thread, each readable comment is there once, below its parents, with its counted replies', () => {
    fc.assert(
      fc.property(threads, fc.constantFrom(...sorts), (comments, sort) => {
        const { rows, waiting, unpublished } = buildThread({ comments, sort })
        const ids = rows.map((row) => row.comment.id)
        expect(new Set(ids).size).toBe(ids.length)
        expect(comments.filter(isReadable).every(({ id }) => ids.includes(id))).toBe(true)
        rows.forEach(({ comment: { parentId }, depth, path, replies, isShown }, index) => {
          expect(path.at(-1) ?? null).toBe(parentId)
          const end = rows.findIndex((row, at) => at > index && row.depth <= depth)
          const below = rows.slice(index + 1, end === -1 ? rows.length : end)
          expect(replies).toBe(below.length)
          expect(isShown || below.some((row) => row.isShown)).toBe(true)
        })
        const left = comments.filter(({ id }) => !ids.includes(id))
        expect(waiting).toBe(left.filter(({ status }) => status === 'pending').length)
        expect(unpublished).toBe(left.filter(({ status }) => status === 'rejected').length)
      }),
    )
  })
})

describe('a thread of which only a page is here', () => {
  it('a partial thread counts its missing comments', () => {
    const comments = [comment('1', { replies: 3 }), comment('2'), comment('3', hidden('pending'))]
    const inAll = { approved: 10, waiting: 3, unpublished: 1 }
    expect(elsewhereOf({ comments, next: 'later', inAll })).toEqual({
      approved: 8,
      waiting: 2,
      unpublished: 1,
    })
  })
})

describe('replies that are not here yet', () => {
  const cuts = (comments: ThreadComment[]) =>
    buildThread({ comments, sort: 'oldest' }).rows.map(({ comment: { id }, cut }) => [
      id,
      cut.map(({ parentId, count }) => [parentId, count]),
    ])

  it('missing replies are linked after the last present one, and counted with all below them, once each', () => {
    expect(
      cuts([
        comment('1', { replies: 5, below: 10, more: 'x' }),
        comment('2', { parentId: '1', replies: 2, below: 2, more: 'y' }),
        comment('3', { parentId: '2', replies: 0, below: 0, more: null }),
        comment('4', { replies: 0 }),
      ]),
    ).toEqual([
      ['1', []],
      ['2', []],
      [
        '3',
        [
          ['2', 1],
          ['1', 7],
        ],
      ],
      ['4', []],
    ])
  })

  it('missing replies keep the place of an unreadable comment', () => {
    expect(cuts([comment('1', { ...hidden('deleted'), replies: 1, more: 'x' })])).toEqual([['1', [['1', 1]]]])
  })
})
