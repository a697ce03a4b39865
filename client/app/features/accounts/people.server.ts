import type {
  Invitation,
  PasswordLink,
  PersonAccount,
  Receipt,
} from '@logbook/contracts/http/account-answers.ts'
import { data } from 'react-router'
import type { Blog } from '../../services/blog.server.ts'
import { field, onceFor } from '../../services/form.server.ts'
import { viewerWith } from '../../services/viewer.server.ts'
import { nextParameterOf } from '../page/paging.ts'
import { askAccounts, type Command, refuse } from './ask-accounts.server.ts'
import type { FormAnswer } from './form-answer.ts'
import { loadOptions, wordsOf } from './mail.server.ts'

const peoplePerPage = 50

/** People who signed up on a blog that sends no mail, and wait for the owner to confirm them. */
const loadWaiting = async (asking: { blog: Blog; request: Request }): Promise<PersonAccount[]> => {
  const query = new URLSearchParams({ confirmed: 'false', limit: String(peoplePerPage) })
  const answer = await askAccounts<PersonAccount[]>({ ...asking, path: `/people?${query}` })
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
    askAccounts<PersonAccount[]>({ ...asking, path: `/people?${query}` }),
    askAccounts<Invitation[]>({ ...asking, path: '/invitations' }),
    askAccounts<Receipt[]>({ ...asking, path: '/erasures' }),
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
  const answer = await askAccounts<Invitation & { link: string }>({
    blog,
    request,
    path: '/invitations',
    method: 'POST',
    headers: onceFor(form),
    body: { email, role: field(form, 'role') },
  })
  if (!answer.ok) return refuse(answer, form)
  const done = wordsOf(await loadOptions({ blog, request })).invited(email)
  return said({ intent: 'invite', done, link: answer.body.link })
}

const makePasswordLink = async ({ blog, request, form }: Command) => {
  const id = field(form, 'id')
  const path = `/people/${encodeURIComponent(id)}/password-link`
  const answer = await askAccounts<PasswordLink>({ blog, request, path, method: 'POST' })
  if (!answer.ok) return refuse(answer, form)
  const done = 'The link works once, within an hour. Give it only to this person.'
  return said({ intent: 'password-link', id, done, link: answer.body.link })
}

const steps = {
  role: { method: 'PATCH', path: '/people', done: 'The role was changed. It applies within a minute.' },
  confirm: {
    method: 'PATCH',
    path: '/people',
    done: 'Confirmed. They can sign in now.',
  },
  erase: {
    method: 'DELETE',
    path: '/people',
    done: 'Erased. The list below shows which services have confirmed it.',
  },
  withdraw: { method: 'DELETE', path: '/invitations', done: 'The invitation was withdrawn.' },
} as const

const isStep = (intent: string): intent is keyof typeof steps => Object.hasOwn(steps, intent)

/** Carries out one form of the page of people. */
export const changePeople = async (command: Command) => {
  const { blog, request, form } = command
  const intent = field(form, 'intent')
  if (intent === 'invite') return invite(command)
  if (intent === 'password-link') return makePasswordLink(command)
  if (!isStep(intent)) throw data(null, { status: 400 })
  const { method, path, done } = steps[intent]
  const id = field(form, 'id')
  const answer = await askAccounts({
    blog,
    request,
    method,
    path: `${path}/${encodeURIComponent(id)}`,
    ...(intent === 'role' ? { body: { role: field(form, 'role') } } : {}),
    ...(intent === 'confirm' ? { body: { emailVerified: true } } : {}),
  })
  return answer.ok ? said({ intent, id, done }) : refuse(answer, form)
}

/** The receipt of an erasure; undefined if there is none. */
export const loadReceipt = async ({ blog, request, id }: { blog: Blog; request: Request; id: string }) => {
  const answer = await askAccounts<Receipt>({ blog, request, path: `/erasures/${encodeURIComponent(id)}` })
  if (answer.ok) return answer.body
  if (answer.status === 503) throw data(null, { status: 503 })
  return undefined
}
