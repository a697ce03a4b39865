import { data, redirect } from 'react-router'
import { ask } from '../../services/ask.server.ts'
import type { Blog } from '../../services/blog.server.ts'
import { type Form, field, typedText } from '../../services/form.server.ts'
import { rememberPosition } from '../../services/position.server.ts'
import { placeOf } from '../comments/place.ts'
import { wordsFor } from '../comments/send.ts'
import { withAsOf } from '../past/as-of.ts'

interface Asked {
  blog: Blog
  request: Request
  form: Form
}

const takeDown = async (
  { request, form }: Asked,
  url: string,
  more: Record<string, string>,
  next: string,
) => {
  const id = field(form, 'id')
  const answer = await ask<null>({
    request,
    url: `${url}/${encodeURIComponent(id)}/take-down`,
    method: 'POST',
    headers: { 'Idempotency-Key': crypto.randomUUID() },
    body: { reason: typedText(form, 'reason').trim(), ...more },
  })
  if (answer.ok) return redirect(next, { headers: rememberPosition(answer) })
  return data({ notTakenDown: { id, problem: wordsFor(answer.problem) } }, { status: answer.status })
}

/** Takes the comment of a form down, and redirects to its place, at the moment that the page shows. */
export const takeCommentDown = (asked: Asked) => {
  const { pathname, searchParams } = new URL(asked.request.url)
  const asOf = searchParams.get('asOf')
  const place = `${pathname}${placeOf(field(asked.form, 'id'))}`
  return takeDown(asked, `${asked.blog.urls.comments}/comments`, {}, withAsOf(place, asOf))
}

/** Takes the post of a form down, or its earlier texts, and redirects to what is left: for a whole post, its history. */
export const takePostDown = (asked: Asked) => {
  const texts = field(asked.form, 'texts')
  const { pathname } = new URL(asked.request.url)
  const history = `/write/${encodeURIComponent(field(asked.form, 'id'))}/history`
  return takeDown(asked, `${asked.blog.urls.posts}/posts`, { texts }, texts === 'all' ? history : pathname)
}
