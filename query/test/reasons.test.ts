import { callers } from '@logbook/chassis/testing/access.ts'
import { commentCreated, commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { commentModerated } from '@logbook/contracts/examples/moderation.ts'
import { examplePostId, postCreated } from '@logbook/contracts/examples/posts.ts'
import { postPage } from '@logbook/contracts/http/query.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import { describe, expect, it } from 'vitest'
import { booted, idOf, tokens } from './booted.ts'

const page = `/posts/${examplePostId}`
const reason = 'Contains the words “my secret plan”'
const own = { id: idOf(1), authorId: callers.guest.id, content: 'This is my secret plan' }
const verdict = { ...own, status: 'rejected', reason } as const
const history = `/comments/${own.id}/history`

/** Where anything of a comment is answered. */
const paths = [
  ...[page, `${page}?sort=newest`, `${page}/thread`, `${page}/thread?parent=${own.id}`],
  ...[`${page}?asOf=4`, `${page}/thread?asOf=4`, '/posts', '/search?q=secret', '/feed.xml', '/atom.xml'],
  ...['/feed.json', history],
]

const told = async (caller: Caller) => {
  const logbook = await booted(
    postCreated(),
    commentCreated(own),
    commentModerated({ ...verdict, id: own.id, by: { kind: 'rule', rule: 'secret-plans', rulesVersion: 1 } }),
    commentUpdated(verdict),
    commentUpdated({
      id: idOf(2),
      parentId: own.id,
      content: 'A reply, which keeps its parent in the thread',
    }),
  )
  const authorization = await tokens.header(caller)
  const answers = new Map<string, string>()
  for (const path of paths) {
    const asking = logbook.http.get(path)
    const { text, body } = await (authorization ? asking.set('Authorization', authorization) : asking)
    if (path === page) postPage.parse(body)
    answers.set(path, text)
  }
  return paths.filter((path) => /secret.plan/.test(answers.get(path) ?? ''))
}

describe('the reason why a comment was not published', () => {
  it.each(['nobody', 'otherGuest', 'reader', 'author', 'operator'] as const)(
    'the reason of a rejection is in no answer to %s',
    async (name) => expect(await told(callers[name])).toEqual([]),
  )

  it('the reason of a rejection is shown to its writer, beside the text', async () =>
    expect(await told(callers.guest)).toEqual([page, `${page}?sort=newest`, history]))

  it.each(['moderator', 'owner'] as const)(
    'the reason of a rejection is shown to a %s, where the comment keeps its place',
    async (name) =>
      expect(await told(callers[name])).toEqual([page, `${page}?sort=newest`, `${page}/thread`, history]),
  )
})
