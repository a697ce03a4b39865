import { beforeAll, describe, expect, it } from 'vitest'
import { type Answer, ask, blogOf, eachAtOnce } from './blog.ts'
import { type Logbook, sharedLogbook } from './logbook.ts'

let logbook: Logbook
beforeAll(async () => {
  logbook = await sharedLogbook()
})

describe('one post', () => {
  it('a post takes 500 comments at once: none is lost, and each view keeps their order', async () => {
    const blog = blogOf(logbook)
    const post = await blog.write('Five hundred voices')
    const contents = Array.from({ length: 500 }, (_, n) => `Voice ${n}`)
    const answers = await eachAtOnce(contents, { width: 500 }, (content) =>
      blog.comment({ postId: post.id, content }),
    )
    expect(answers.filter(({ status }) => status !== 201)).toEqual([])

    const shown = await blog.judged(post.id, 500)
    const created = (await blog.log(['CommentCreated']))
      .map(({ data }) => data as { id: string; postId: string; createdAt: string })
      .filter(({ postId }) => postId === post.id)
    expect(created).toHaveLength(500)
    // The page goes by the time of writing, which imports bring along; the log decides where that is the same.
    const byTime = created.toSorted((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt))
    expect(shown.map(({ id }) => id)).toEqual(byTime.map(({ id }) => id))
    expect(new Set(shown.map(({ content }) => content))).toEqual(new Set(contents))
    expect(shown.every(({ status }) => status === 'approved')).toBe(true)

    const own: string[] = []
    for (let next: string | undefined = `/posts/${post.id}/comments?limit=200`; next !== undefined; ) {
      const page: Answer<{ id: string }[]> = await ask(`${logbook.url('comments')}${next}`)
      own.push(...page.json().map(({ id }) => id))
      next = /<([^>]+)>; rel="next"/.exec(page.headers.get('Link') ?? '')?.[1]
    }
    expect(own).toEqual(created.map(({ id }) => id))
  })

  it('a post that does not exist takes no comment', async () => {
    const blog = blogOf(logbook)
    for (const postId of [
      '01920000-0000-7000-8000-00000000ffff',
      '__proto__',
      'constructor',
      '1',
      '%F0%9F%8D%8A',
    ]) {
      const answer = await blog.comment({ postId, content: 'Anyone here?' })
      expect({ postId, status: answer.status, code: answer.json() }).toMatchObject({
        status: 404,
        code: { code: 'not-found', status: 404 },
      })
    }
  })

  it('a draft or deleted post takes no comment', async () => {
    const blog = blogOf(logbook)
    const draft = await blog.write('Not yet', { status: 'draft' })
    expect((await blog.comment({ postId: draft.id, content: 'Early' })).status).toBe(404)
    const gone = await blog.write('No more')
    expect((await blog.askAs('owner', `/posts/${gone.id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await blog.comment({ postId: gone.id, content: 'Late' })).status).toBe(404)
  })
})
