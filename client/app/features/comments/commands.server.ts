import { commentEndpoints } from '@logbook/contracts/endpoints/comments.ts'
import { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import { data, redirect } from 'react-router'
import type { Answer } from '../../services/ask.server.ts'
import type { Blog } from '../../services/blog.server.ts'
import { call } from '../../services/call.server.ts'
import { type Form, field, onceForText, typedText } from '../../services/form.server.ts'
import { rememberPosition } from '../../services/position.server.ts'
import { viewerOf } from '../../services/viewer.server.ts'
import type { Refused } from './edit-form.tsx'
import { placeOf, saidAt } from './place.ts'
import { askForReplies, repliesTo } from './replies-by-mail.ts'
import { commentIn, wordsFor } from './send.ts'

/** Said where a comment has another text than the one that was before its author. */
const changedElsewhere = 'It was changed elsewhere in the meantime. Reload the page to see the change.'

interface Command {
  blog: Blog
  request: Request
  form: Form
  postId: string
}

/** Whether a comment was deleted or got another text since it was posted. */
const wasChanged = async ({ blog, request, id }: Pick<Command, 'blog' | 'request'> & { id: string }) => {
  const answer = await call(commentEndpoints, 'GET /comments/:id', { blog, request, params: { id } })
  return answer.ok ? answer.body.revision > 1 : answer.problem.code === 'gone'
}

/** How often the same text can be posted after its author changed or deleted it. */
const repeatsMax = 20

/**
 * Posts the comment of a form. The same text below the same comment is posted once, however often its form is sent, unless
 * its author changed or deleted it since: the key of the next one follows from the one that was changed. Leads to where it
 * stands, or back to the form with what was typed.
 */
export const postComment = async ({ blog, request, form, postId }: Command) => {
  const guest = { name: field(form, 'name').trim(), email: field(form, 'email').trim() }
  const isGuest = viewerOf(request) === undefined
  const body = commentIn((name) => field(form, name), { isGuest })
  const params = { id: postId }
  const post = (headers: Record<string, string>) =>
    call(commentEndpoints, 'POST /posts/:id/comments', { blog, request, params, headers, body })
  let answer = await post(onceForText([postId, body]))
  for (let repeats = 0; repeats < repeatsMax && answer.ok; repeats += 1) {
    const { id } = answer.body
    if (!(await wasChanged({ blog, request, id }))) break
    answer = await post(onceForText([postId, body, id]))
  }
  if (!answer.ok)
    return data(
      {
        typed: {
          ...{ text: body.content, ...guest, parentId: body.parentId, postId },
          problem: wordsFor(answer.problem),
        },
      },
      { status: answer.status },
    )
  const { pathname } = new URL(request.url)
  const { id } = answer.body
  const { email } = guest
  if (email !== '' && field(form, 'replies') !== '')
    await askForReplies(async () => {
      const body = repliesTo(id, email)
      return (await call(notificationEndpoints, 'POST /mail-subscriptions', { blog, request, body })).status
    })
  return redirect(`${pathname}${saidAt(id)}`, { headers: rememberPosition(answer) })
}

const backTo = (request: Request, id: string, answer: Answer<unknown>) =>
  redirect(`${new URL(request.url).pathname}${placeOf(id)}`, {
    headers: answer.ok ? rememberPosition(answer) : {},
  })

const notTaken = (refused: Refused, status: number) => data({ refused }, { status })

type Asked = Pick<Command, 'blog' | 'request' | 'form'>

/** Gives a comment the text of a form, if it still has the one that was edited. Else back to the form with what was typed. */
export const editComment = async ({ blog, request, form }: Asked) => {
  const id = field(form, 'id')
  const text = typedText(form, 'content')
  const comment = { blog, request, params: { id } }
  const before = await call(commentEndpoints, 'GET /comments/:id', comment)
  const isSame = before.ok && before.body.revision <= Number(field(form, 'revision'))
  const answer = isSame
    ? await call(commentEndpoints, 'PATCH /comments/:id', {
        ...comment,
        headers: { 'Idempotency-Key': crypto.randomUUID(), 'If-Match': before.headers.get('ETag') ?? '*' },
        body: { content: text },
      })
    : before
  // Whether it waits or was judged already, what became of it is said.
  if (isSame && answer.ok)
    return redirect(`${new URL(request.url).pathname}${saidAt(id)}`, { headers: rememberPosition(answer) })
  const problem = answer.ok ? changedElsewhere : wordsFor(answer.problem)
  const revision = field(form, 'revision')
  return notTaken({ id, command: 'edit', text, revision, problem }, answer.ok ? 412 : answer.status)
}

/** Back to the comment of a form, with what went wrong if the command was not taken. */
const changed = (
  request: Request,
  answer: Answer<unknown>,
  { id, command }: Pick<Refused, 'id' | 'command'>,
) =>
  answer.ok
    ? backTo(request, id, answer)
    : notTaken({ id, command, problem: wordsFor(answer.problem) }, answer.status)

export const deleteComment = async ({ blog, request, form }: Asked) => {
  const id = field(form, 'id')
  const headers = { 'Idempotency-Key': crypto.randomUUID() }
  const asked = { blog, request, params: { id }, headers }
  const answer = await call(commentEndpoints, 'DELETE /comments/:id', asked)
  return changed(request, answer, { id, command: 'remove' })
}

/** Gives a flag of the comment of a form the value that its button names: `promoted:true`. */
export const flagComment = async ({ blog, request, form }: Asked) => {
  const id = field(form, 'id')
  const [flag, value] = field(form, 'flag').split(':')
  const headers = { 'Idempotency-Key': crypto.randomUUID() }
  const asked = { blog, request, params: { id }, headers }
  const is = value === 'true'
  const set = () => {
    switch (flag) {
      case 'promoted':
        return call(commentEndpoints, 'PUT /comments/:id/promoted', { ...asked, body: { promoted: is } })
      case 'advertised':
        return call(commentEndpoints, 'PUT /comments/:id/advertised', { ...asked, body: { advertised: is } })
      case 'searchable':
        return call(commentEndpoints, 'PUT /comments/:id/searchable', { ...asked, body: { searchable: is } })
      case 'anonymized':
        return call(commentEndpoints, 'PUT /comments/:id/anonymized', { ...asked, body: { anonymized: is } })
      default:
        throw data(null, { status: 400 })
    }
  }
  return changed(request, await set(), { id, command: 'flag' })
}

/** Counts the vote of a form, and redirects back to the comment. */
export const postVote = async ({ blog, request, form }: Command) => {
  const id = field(form, 'id')
  const answer = await call(commentEndpoints, 'PUT /comments/:id/vote', {
    ...{ blog, request, params: { id } },
    headers: { 'Idempotency-Key': crypto.randomUUID() },
    body: { value: Number(field(form, 'value')) },
  })
  return backTo(request, id, answer)
}
