import { cases } from '@logbook/chassis/testing/cases.ts'
import { commentCreated, commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { postCreated } from '@logbook/contracts/examples/posts.ts'
import { postPage, type ThreadComment, threadComment } from '@logbook/contracts/http/query.ts'
import fc from 'fast-check'
import type { Response } from 'supertest'
import { describe, expect, it } from 'vitest'
import { limits } from '../src/limits.ts'
import {
  firstPlace,
  pageOfReplies,
  pageOfThreads,
  type ThreadKey,
  type ThreadPage,
} from '../src/threads/page.ts'
import { type OutlineRow, type ThreadNode, threadOf } from '../src/threads/tree.ts'
import { booted, idOf } from './booted.ts'

const outline = fc
  .array(
    fc.record({
      parent: fc.option(fc.nat(30)),
      status: fc.constantFrom(
        'approved' as const,
        'approved' as const,
        'pending' as const,
        'rejected' as const,
        'deleted' as const,
      ),
      createdMs: fc.nat(5),
      score: fc.nat(3),
    }),
    { maxLength: 30 },
  )
  .map((all) =>
    all.map(({ parent, ...rest }, n) => ({
      ...rest,
      id: `c${n}`,
      parentId: parent === null ? null : `c${parent}`,
      firstPosition: n + 1,
    })),
  )
const bounds = { commentsMax: 4, repliesEachMax: 2, hiddenMax: 3 }

describe('the pages of a thread', () => {
  it('the pages of a thread together show every readable comment once, in any order and for any shape', () => {
    fc.assert(
      fc.property(
        outline,
        fc.constantFrom('newest' as const, 'oldest' as const, 'best' as const),
        (rows, sort) => {
          const thread = threadOf(rows satisfies OutlineRow[])
          const scores = new Map(rows.map(({ id, score }) => [id, score]))
          const scoreOf = (id: string) => scores.get(id) ?? 0
          const readable = (page: ThreadPage) => page.nodes.filter(({ isReadable }) => isReadable)
          const seen: string[] = []
          const beginnings: string[] = []
          const readReplies = (page: ThreadPage): void => {
            seen.push(...readable(page).map(({ row }) => row.id))
            for (const [node, place] of page.more) {
              let after: ThreadKey | undefined = place
              while (after) {
                const more: ThreadPage = pageOfReplies(node, { after, limit: 2, bounds })
                expect(more.nodes.length).toBeGreaterThan(0)
                readReplies(more)
                after = more.next
              }
            }
          }
          let after: ThreadKey | undefined
          do {
            const page: ThreadPage = pageOfThreads(thread, { sort, after, limit: 3, scoreOf, bounds })
            expect(page.nodes.length).toBeLessThanOrEqual(3 + bounds.commentsMax + bounds.hiddenMax)
            beginnings.push(
              ...readable(page)
                .filter(({ parent }) => !parent)
                .map(({ row }) => row.id),
            )
            readReplies(page)
            after = page.next
          } while (after)
          const all = thread.nodes.filter(({ isReadable }) => isReadable).map(({ row }) => row.id)
          expect(seen.toSorted()).toEqual(all.toSorted())
          expect(new Set(beginnings).size).toBe(thread.roots.length)
        },
      ),
      cases(250),
    )
  })

  it('any readable comment has a page with all of its parents, and the next pages continue from there', () => {
    const sorts = fc.constantFrom('newest' as const, 'oldest' as const, 'best' as const)
    fc.assert(
      fc.property(outline, sorts, fc.nat(30), (rows, sort, n) => {
        const thread = threadOf(rows satisfies OutlineRow[])
        const scores = new Map(rows.map(({ id, score }) => [id, score]))
        const scoreOf = (id: string) => scores.get(id) ?? 0
        const wanted = thread.nodes.find(({ row, isReadable }) => isReadable && row.id === `c${n}`)
        if (wanted === undefined) return
        const request = { sort, limit: 3, scoreOf, bounds }
        const page = pageOfThreads(thread, { ...request, after: undefined, wanted })
        for (let node: ThreadNode | undefined = wanted; node; node = node.parent)
          expect(page.nodes).toContain(node)
        const depth = rows.length
        expect(page.nodes.length).toBeLessThanOrEqual(3 + bounds.commentsMax + bounds.hiddenMax + depth)
        // It is one of the pages that one comes to by reading on.
        const startsOf = ({ nodes }: ThreadPage) =>
          nodes.filter(({ parent, isReadable }) => !parent && isReadable).map(({ row }) => row.id)
        const pages: string[][] = []
        let after: ThreadKey | undefined
        do {
          const each: ThreadPage = pageOfThreads(thread, { ...request, after })
          pages.push(startsOf(each))
          after = each.next
        } while (after)
        expect(pages).toContainEqual(startsOf(page))
      }),
      cases(250),
    )
  })

  it('the cursor of replies is before the first one if none is shown', () => {
    const [parent] = threadOf([row(0), row(1, 0)]).roots
    if (parent === undefined) throw new Error('there is one')
    const { nodes } = pageOfReplies(parent, { after: firstPlace, limit: 1, bounds })
    expect(nodes.map((node) => node.row.id)).toEqual(['c1'])
  })
})

const row = (n: number, parent?: number): OutlineRow => ({
  id: `c${n}`,
  parentId: parent === undefined ? null : `c${parent}`,
  status: 'approved',
  createdMs: n,
  firstPosition: n + 1,
})

const at = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 1_000).toISOString()
const said = (n: number, data: Parameters<typeof commentUpdated>[0] = {}) =>
  commentUpdated({ id: idOf(n), content: `c${n}`, status: 'approved', createdAt: at(n), ...data })
const ids = (comments: readonly ThreadComment[]) => comments.map(({ id }) => id)
const nextOf = (answer: Response) => /^<([^>]+)>; rel="next"$/.exec(answer.headers.link ?? '')?.[1]
const { slug, id: postId } = postCreated().data

describe('a long thread', () => {
  it('a long thread comes in bounded pages with correct totals, newest first by default', async () => {
    const total = limits.threadsPerPage * 2 + 10
    const { http } = await booted(
      postCreated(),
      ...Array.from({ length: total }, (_, n) => said(n + 1, { score: n === 7 ? 5 : 0 })),
      commentCreated({ id: idOf(900), createdAt: at(900) }),
      said(901, { status: 'rejected' }),
    )
    const page = postPage.parse((await http.get(`/posts/${slug}`).expect(200)).body)
    expect(page).toMatchObject({ commentCount: total, thread: { waiting: 1, unpublished: 1 } })
    expect(page.comments).toHaveLength(limits.threadsPerPage + 2)
    expect(ids(page.comments)).toContain(idOf(total))
    const seen = ids(page.comments)
    let url: string | undefined = `/posts/${slug}/thread?cursor=${page.thread.next}`
    while (url) {
      const answer: Response = await http.get(url).expect(200)
      seen.push(...ids(threadComment.array().parse(answer.body)))
      url = nextOf(answer)
    }
    expect(new Set(seen).size).toBe(total + 2)
    expect(seen).toHaveLength(total + 2)
    const second = postPage.parse((await http.get(`/posts/${slug}?comments=${page.thread.next}`)).body)
    expect(ids(second.comments)).toEqual(
      Array.from({ length: limits.threadsPerPage }, (_, n) =>
        idOf(total - 2 * limits.threadsPerPage + 1 + n),
      ),
    )
    const oldest = postPage.parse((await http.get(`/posts/${slug}?sort=oldest`)).body)
    expect(ids(oldest.comments).slice(0, 2)).toEqual([1, 2].map(idOf))
    const best = postPage.parse((await http.get(`/posts/${slug}?sort=best`)).body)
    expect(ids(best.comments)).toContain(idOf(8))
    expect(ids(best.comments)).not.toContain(idOf(total))
  })

  it('a page of a thread says how many replies there are, and has cursors for those that it does not show', async () => {
    const many = limits.repliesShownMax + 3
    const { http, publishAndSettle } = await booted(
      postCreated(),
      said(1),
      ...Array.from({ length: many }, (_, n) => said(10 + n, { parentId: idOf(1) })),
    )
    const [first, ...shown] = postPage.parse((await http.get(`/posts/${slug}`)).body).comments
    expect(first?.replies).toBe(many)
    expect(shown).toHaveLength(limits.repliesShownMax)
    const url = `/posts/${postId}/thread?parent=${idOf(1)}&cursor=${first?.more}`
    const more = threadComment.array().parse((await http.get(url).expect(200)).body)
    expect(ids(more)).toEqual([1, 2, 3].map((n) => idOf(10 + many - 4 + n)))
    await publishAndSettle(said(99, { parentId: idOf(1) }))
    expect((await http.get(url)).body).toHaveLength(4)
    expect((await http.get(`/posts/${slug}`)).body.comments[0].replies).toBe(many + 1)
  })

  it('a thread is found by any of its comments, on any page and at any depth', async () => {
    const total = limits.threadsPerPage * 3
    const many = limits.repliesShownMax + 3
    const { http } = await booted(
      postCreated(),
      ...Array.from({ length: total }, (_, n) => said(n + 1)),
      ...Array.from({ length: many }, (_, n) => said(200 + n, { parentId: idOf(7) })),
      ...Array.from({ length: 4 }, (_, n) => said(300 + n, { parentId: idOf(n === 0 ? 207 : 299 + n) })),
      commentCreated({ id: idOf(400), createdAt: at(400) }),
    )
    const pageOf = async (n: number, sort = 'newest') => {
      const url = `/posts/${slug}?sort=${sort}&comment=${idOf(n).toUpperCase()}`
      return postPage.parse((await http.get(url).expect(200)).body)
    }
    for (const n of [1, 7, 60, total, 200, 207, 300, 303]) {
      const { comments } = await pageOf(n)
      expect(ids(comments)).toContain(idOf(n))
      expect(comments.length).toBeLessThan(limits.threadsPerPage + limits.pageCommentsMax + 10)
    }
    const { comments, thread } = await pageOf(303, 'oldest')
    // Each stands after what it answers, and what is not there is counted in all.
    expect(ids(comments).filter((id) => id >= idOf(200) && id < idOf(400))).toEqual(
      [200, 201, 202, 203, 204, 207, 300, 301, 302, 303].map(idOf),
    )
    expect(comments.find(({ id }) => id === idOf(7))).toMatchObject({ replies: many, below: many + 4 })
    expect(thread.next).not.toBeNull()
    // A hidden comment has no page.
    const first = await http.get(`/posts/${slug}`)
    expect(ids((await pageOf(400)).comments)).toEqual(ids(first.body.comments))
    expect(ids((await pageOf(999)).comments)).toEqual(ids(first.body.comments))
  })

  it('a page of replies has replies of replies, as far as there is room', async () => {
    const { http } = await booted(
      postCreated(),
      said(1),
      ...Array.from({ length: 6 }, (_, n) => said(10 + n, { parentId: idOf(1) })),
      ...Array.from({ length: 20 }, (_, n) => said(20 + n, { parentId: idOf(15) })),
    )
    const [first] = postPage.parse((await http.get(`/posts/${slug}`)).body).comments
    expect(first).toMatchObject({ replies: 6, below: 26 })
    const url = `/posts/${slug}/thread?parent=${idOf(1)}&cursor=${first?.more}`
    expect((await http.get(url).expect(200)).body).toHaveLength(21)
  })

  it('comments that are hidden from all readers do not flood a page', async () => {
    const { http } = await booted(
      postCreated(),
      said(1),
      ...Array.from({ length: 100 }, (_, n) => commentCreated({ id: idOf(100 + n), createdAt: at(100 + n) })),
    )
    const { comments, thread } = postPage.parse((await http.get(`/posts/${slug}`)).body)
    expect(comments).toHaveLength(1 + limits.hiddenCommentsMax)
    expect(thread.waiting).toBe(100)
  })

  it.each([
    ['?comments=x', 'comments'],
    ['?comment=x', 'comment'],
    [`?comments=x&comment=${idOf(1)}`, 'comment'],
    ['?sort=worst', 'sort'],
    ['/thread?cursor=x', 'cursor'],
    ['/thread?parent=x', 'parent'],
    [`/thread?cursor=${Buffer.from('elsewhere.newest.0.1.1').toString('base64url')}`, 'cursor'],
  ])('a thread refuses %s and names %s', async (rest, path) => {
    const { http } = await booted(postCreated(), said(1))
    const { body } = await http.get(`/posts/${slug}${rest}`).expect(422)
    expect(body.errors).toMatchObject([{ path }])
  })

  it('the replies to an unknown comment are 404', async () => {
    const { http } = await booted(postCreated(), said(1))
    await http.get(`/posts/${slug}/thread?parent=${idOf(9)}`).expect(404)
    await http.get('/posts/nowhere/thread').expect(404)
  })
})
