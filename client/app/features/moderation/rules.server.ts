import { moderationEndpoints } from '@logbook/contracts/endpoints/moderation.ts'
import { counted } from '@logbook/contracts/words.ts'
import { data, redirect } from 'react-router'
import type { Answer } from '../../services/ask.server.ts'
import type { Blog } from '../../services/blog.server.ts'
import { call, callOrThrow } from '../../services/call.server.ts'
import { type Form, field, onceFor } from '../../services/form.server.ts'
import { viewerWith } from '../../services/viewer.server.ts'
import type { FormAnswer } from '../accounts/form-answer.ts'
import { errorsByField, rulesIn } from './rules-form.ts'
import { verdictWords } from './words.ts'

/** What became of the form, with the comments that the typed rules would judge otherwise. */
export interface RulesAnswer extends FormAnswer {
  changed?: { id: string; content: string; would: string }[]
}

const shownMax = 10

interface Asking {
  blog: Blog
  request: Request
}

/** The rules as a change of them begins. */
export const loadRules = async ({ blog, request }: Asking) => {
  viewerWith(request, ['moderator', 'owner'])
  const { body } = await callOrThrow(moderationEndpoints, 'GET /rules', { blog, request })
  return { ...body, requestKey: crypto.randomUUID() }
}

const whyNot: Readonly<Record<string, string>> = {
  'precondition-failed':
    'Someone else changed the rules in the meantime. Yours are below, and not in force. Save again to replace theirs.',
  invalid: 'Some fields are not valid; see below.',
}

const refuse = (
  { status, problem }: Extract<Answer<unknown>, { ok: false }>,
  form: Form,
  numbers: readonly number[],
) => {
  const { version = '', ...values } = Object.fromEntries(form)
  // Only after they were told of the other rules do theirs replace them.
  const isStale = problem.code === 'precondition-failed'
  const refused: RulesAnswer = {
    intent: field(form, 'intent'),
    problem:
      whyNot[problem.code] ?? 'The rules cannot be changed at the moment. Nothing was changed; try again.',
    errors: errorsByField(problem.errors ?? [], numbers),
    values: isStale ? values : { ...values, version },
  }
  return data(refused, { status })
}

/** What the rules of a form would say of the latest comments; nothing is changed. */
const tryRules = async ({ blog, request, form }: Asking & { form: Form }) => {
  const { rules, numbers } = rulesIn(form)
  const answer = await call(moderationEndpoints, 'POST /rules/dry-run', { blog, request, body: { rules } })
  if (!answer.ok) return refuse(answer, form, numbers)
  const { changed, examined } = answer.body
  const tried: RulesAnswer = {
    intent: 'try',
    done:
      changed.length === 0
        ? `None of the latest ${counted(examined, 'comment')} would get another verdict.`
        : `${changed.length} of the latest ${counted(examined, 'comment')} would get another verdict. Nothing was changed.`,
    errors: {},
    values: Object.fromEntries(form),
    changed: changed
      .slice(0, shownMax)
      .map(({ id, content, would }) => ({ id, content, would: verdictWords[would.status] })),
  }
  return data(tried)
}

/** Puts the rules of a form in force for the next comments, or says what they would change. */
export const changeRules = async ({ blog, request, form }: Asking & { form: Form }) => {
  viewerWith(request, ['moderator', 'owner'])
  if (field(form, 'intent') === 'try') return tryRules({ blog, request, form })
  const { rules, numbers } = rulesIn(form)
  const answer = await call(moderationEndpoints, 'PUT /rules', {
    ...{ blog, request, body: { rules } },
    headers: { 'If-Match': `"${field(form, 'version')}"`, ...onceFor(form) },
  })
  if (!answer.ok) return refuse(answer, form, numbers)
  throw redirect('/moderation/rules?done=saved')
}
