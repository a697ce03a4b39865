import { retryAfterMs } from '@logbook/contracts/http/answer-headers.ts'
import { data } from 'react-router'
import type { Answer } from '../../services/ask.server.ts'
import type { Blog } from '../../services/blog.server.ts'
import { type Form, field } from '../../services/form.server.ts'
import { type FormAnswer, whyRefused } from './form-answer.ts'

export interface Command {
  blog: Blog
  request: Request
  form: Form
}

/** Headers that pass the cookies of an answer to the browser. */
export const cookiesOf = ({ headers }: { headers: Headers }): Headers => {
  const relayed = new Headers()
  for (const cookie of headers.getSetCookie()) relayed.append('Set-Cookie', cookie)
  return relayed
}

const secretFields = new Set(['password', 'newPassword', 'currentPassword', 'token'])

/** What the form shows again after a refusal: all that was typed but secrets. */
export const refuse = (answer: Extract<Answer<unknown>, { ok: false }>, form: Form) => {
  const values = Object.fromEntries([...form].filter(([name]) => !secretFields.has(name)))
  const waitMs = retryAfterMs(answer.headers.get('Retry-After'), Date.now())
  const refused: FormAnswer = {
    intent: field(form, 'intent'),
    problem: whyRefused(answer.problem, waitMs && waitMs / 1_000),
    errors: Object.fromEntries((answer.problem.errors ?? []).map(({ path, message }) => [path, message])),
    values,
  }
  return data(refused, { status: answer.status, headers: cookiesOf(answer) })
}
