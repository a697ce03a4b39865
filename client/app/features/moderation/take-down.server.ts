import { commentEndpoints } from '@logbook/contracts/endpoints/comments.ts'
import { postEndpoints } from '@logbook/contracts/endpoints/posts.ts'
import { data, redirect } from 'react-router'
import type { Answer } from '../../services/ask.server.ts'
import type { Blog } from '../../services/blog.server.ts'
import { call } from '../../services/call.server.ts'
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

const commandOf = ({ blog, request, form }: Asked) => ({
  ...{ blog, request, params: { id: field(form, 'id') } },
  headers: { 'Idempotency-Key': crypto.randomUUID() },
  body: { reason: typedText(form, 'reason').trim() },
})

const said = (answer: Answer<unknown>, { form }: Asked, next: string) => {
  if (answer.ok) return redirect(next, { headers: rememberPosition(answer) })
  const refused = { id: field(form, 'id'), problem: wordsFor(answer.problem) }
  return data({ notTakenDown: refused }, { status: answer.status })
}

/** Takes the comment of a form down, and redirects to its place, at the moment that the page shows. */
export const takeCommentDown = async (asked: Asked) => {
  const { pathname, searchParams } = new URL(asked.request.url)
  const asOf = searchParams.get('asOf')
  const place = `${pathname}${placeOf(field(asked.form, 'id'))}`
  const answer = await call(commentEndpoints, 'POST /comments/:id/take-down', commandOf(asked))
  return said(answer, asked, withAsOf(place, asOf))
}

/** Takes the post of a form down, or its earlier texts, and redirects to what is left: for a whole post, its history. */
export const takePostDown = async (asked: Asked) => {
  const texts = field(asked.form, 'texts')
  const { pathname } = new URL(asked.request.url)
  const history = `/write/${encodeURIComponent(field(asked.form, 'id'))}/history`
  const command = commandOf(asked)
  const body = { ...command.body, texts }
  const answer = await call(postEndpoints, 'POST /posts/:id/take-down', { ...command, body })
  return said(answer, asked, texts === 'all' ? history : pathname)
}
