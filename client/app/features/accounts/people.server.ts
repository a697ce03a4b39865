import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import type { PersonAccount } from '@logbook/contracts/http/account-answers.ts'
import { data } from 'react-router'
import type { Answer } from '../../services/ask.server.ts'
import type { Blog } from '../../services/blog.server.ts'
import { call } from '../../services/call.server.ts'
import { type Form, field, onceFor } from '../../services/form.server.ts'
import { viewerWith } from '../../services/viewer.server.ts'
import { nextParameterOf } from '../page/paging.ts'
import { type Command, refuse } from './form.server.ts'
import type { FormAnswer } from './form-answer.ts'
import { loadOptions, wordsOf } from './mail.server.ts'

const peoplePerPage = 50

/** People who signed up on a blog that sends no mail, and wait for the owner to confirm them. */
const loadWaiting = async (asking: { blog: Blog; request: Request }): Promise<PersonAccount[]> => {
  const query = new URLSearchParams({ confirmed: 'false', limit: String(peoplePerPage) })
  const answer = await call(accountEndpoints, 'GET /people', { ...asking, query })
  if (!answer.ok) throw data(null, { status: 503 })
  return answer.body
}

/** Accounts, invitations and erasures. */
export const loadPeople = async ({ blog, request }: { blog: Blog; request: Request }) => {
  const viewer = viewerWith(request, ['owner'])
  const asking = { blog, request }
  const query = new URLSearchParams({ limit: String(peoplePerPage) })
  const after = new URL(request.url).searchParams.get('after')
  if (after) query.set('after', after)
  const [options, people, invitations, erasures] = await Promise.all([
    loadOptions(asking),
    call(accountEndpoints, 'GET /people', { ...asking, query }),
    call(accountEndpoints, 'GET /invitations', asking),
    call(accountEndpoints, 'GET /erasures', asking),
  ])
  if (!people.ok || !invitations.ok || !erasures.ok) throw data(null, { status: 503 })
  const waiting = options.mail ? [] : await loadWaiting(asking)
  return {
    ownId: viewer.id,
    mail: options.mail,
    waiting,
    people: people.body,
    more: nextParameterOf(people.headers, 'after'),
    invitations: invitations.body,
    erasures: erasures.body,
    requestKey: crypto.randomUUID(),
  }
}

export interface PeopleAnswer extends FormAnswer {
  /** The person it was about. */
  id?: string
  /** A link that an owner passes on. */
  link?: string
}

const said = (answer: Omit<PeopleAnswer, 'errors' | 'values'>) =>
  data({ ...answer, errors: {}, values: {} } satisfies PeopleAnswer)

const invite = async ({ blog, request, form }: Command) => {
  const email = field(form, 'email').trim()
  const answer = await call(accountEndpoints, 'POST /invitations', {
    ...{ blog, request },
    headers: onceFor(form),
    body: { email, role: field(form, 'role') },
  })
  if (!answer.ok) return refuse(answer, form)
  const done = wordsOf(await loadOptions({ blog, request })).invited(email)
  return said({ intent: 'invite', done, link: answer.body.link })
}

const makePasswordLink = async ({ blog, request, form }: Command) => {
  const id = field(form, 'id')
  const params = { id }
  const answer = await call(accountEndpoints, 'POST /people/:id/password-link', { blog, request, params })
  if (!answer.ok) return refuse(answer, form)
  const done = 'The link works once, within an hour. Give it only to this person.'
  return said({ intent: 'password-link', id, done, link: answer.body.link })
}

/** A button of the page: what it sends of one person or invitation, and what is said when it was done. */
interface Step {
  send: (
    form: Form,
    one: { blog: Blog; request: Request; params: { id: string } },
  ) => Promise<Answer<unknown>>
  done: string
}

const steps: Readonly<Record<string, Step>> = {
  role: {
    send: (form, person) =>
      call(accountEndpoints, 'PATCH /people/:id', { ...person, body: { role: field(form, 'role') } }),
    done: 'The role was changed. It applies within a minute.',
  },
  confirm: {
    send: (_, person) =>
      call(accountEndpoints, 'PATCH /people/:id', { ...person, body: { emailVerified: true } }),
    done: 'Confirmed. They can sign in now.',
  },
  erase: {
    send: (_, person) => call(accountEndpoints, 'DELETE /people/:id', person),
    done: 'Erased. The list below shows which services have confirmed it.',
  },
  withdraw: {
    send: (_, invitation) => call(accountEndpoints, 'DELETE /invitations/:id', invitation),
    done: 'The invitation was withdrawn.',
  },
}

/** Carries out one form of the page of people. */
export const changePeople = async (command: Command) => {
  const { blog, request, form } = command
  const intent = field(form, 'intent')
  if (intent === 'invite') return invite(command)
  if (intent === 'password-link') return makePasswordLink(command)
  const step = Object.hasOwn(steps, intent) ? steps[intent] : undefined
  if (step === undefined) throw data(null, { status: 400 })
  const id = field(form, 'id')
  const answer = await step.send(form, { blog, request, params: { id } })
  return answer.ok ? said({ intent, id, done: step.done }) : refuse(answer, form)
}

/** The receipt of an erasure; undefined if there is none. */
export const loadReceipt = async ({ blog, request, id }: { blog: Blog; request: Request; id: string }) => {
  const answer = await call(accountEndpoints, 'GET /erasures/:id', { blog, request, params: { id } })
  if (answer.ok) return answer.body
  if (answer.status === 503) throw data(null, { status: 503 })
  return undefined
}
