import type { CommentState } from '@logbook/contracts/events/comments.ts'
import { data, redirect } from 'react-router'
import { ask } from '../../services/ask.server.ts'
import type { Blog } from '../../services/blog.server.ts'
import { rememberPosition } from '../../services/position.server.ts'
import { viewerOf } from '../../services/viewer.server.ts'
import { authorOf, wordsFor } from './send.ts'

interface Command {
  blog: Blog
  request: Request
  form: FormData
  postId: string
}

const field = (form: FormData, name: string): string => {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}

/** A form's text as it was typed: browsers send line ends as CRLF. */
const typedText = (form: FormData, name: string): string => field(form, name).replaceAll('\r\n', '\n')

/** Posts the comment of a form. Leads to where it stands, or back to the form with what was typed. */
export const postComment = async ({ blog, request, form, postId }: Command) => {
  const text = typedText(form, 'content')
  const guest = { name: field(form, 'name').trim(), email: field(form, 'email').trim() }
  const parentId = field(form, 'parentId') || null
  const answer = await ask<CommentState>({
    request,
    url: `${blog.urls.comments}/posts/${encodeURIComponent(postId)}/comments`,
    method: 'POST',
    headers: { 'Idempotency-Key': field(form, 'key') || crypto.randomUUID() },
    body: { content: text, parentId, author: viewerOf(request) === undefined ? authorOf(guest) : null },
  })
  if (!answer.ok)
    return data(
      { typed: { text, ...guest, parentId, problem: wordsFor(answer.problem) } },
      { status: answer.status },
    )
  const { pathname } = new URL(request.url)
  const { id } = answer.body
  return redirect(`${pathname}?said=${id}#comment-${id}`, { headers: rememberPosition(answer) })
}

/** Counts the vote of a form, and leads back to the comment. */
export const postVote = async ({ blog, request, form }: Command) => {
  const id = field(form, 'id')
  const answer = await ask<CommentState>({
    request,
    url: `${blog.urls.comments}/comments/${encodeURIComponent(id)}/vote`,
    method: 'PUT',
    headers: { 'Idempotency-Key': crypto.randomUUID() },
    body: { value: Number(field(form, 'value')) },
  })
  const { pathname } = new URL(request.url)
  return redirect(`${pathname}#comment-${encodeURIComponent(id)}`, {
    headers: answer.ok ? rememberPosition(answer) : {},
  })
}
