import { postEndpoints } from '@logbook/contracts/endpoints/posts.ts'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import type { BlogSettings } from '@logbook/contracts/events/settings.ts'
import { timeZoneNames } from '@logbook/contracts/time-zone.ts'
import { data, redirect } from 'react-router'
import type { Answer } from '../../services/ask.server.ts'
import type { Blog } from '../../services/blog.server.ts'
import { call, callOrThrow } from '../../services/call.server.ts'
import { type Form, field, onceFor } from '../../services/form.server.ts'
import { rememberPosition } from '../../services/position.server.ts'
import { viewerWith } from '../../services/viewer.server.ts'
import type { FormAnswer } from '../accounts/form-answer.ts'
import { editEntries, entriesIn, type PageHere, valuesWith, writtenIn } from './navigation-form.ts'

const entriesShown = 20
const pagesShownMax = 100

interface Asking {
  blog: Blog
  request: Request
}

/** The version of the settings that posts answered with, as `If-Match` takes it. */
export const versionOf = ({ headers }: { headers: Headers }): string =>
  /^"(\d+)"$/.exec(headers.get('ETag') ?? '')?.[1] ?? '0'

/** The published pages of the blog, by title; none while query does not answer. */
const pagesOf = async ({ blog, request }: Asking): Promise<PageHere[]> => {
  const query = { kind: 'page', limit: String(pagesShownMax) }
  const answer = await call(queryEndpoints, 'GET /posts', { blog, request, query })
  return (answer.ok ? answer.body : [])
    .map(({ title, slug }) => ({ title, address: `/posts/${slug}` }))
    .sort((one, other) => one.title.localeCompare(other.title))
}

/** The settings as a change of them begins, their history, the pages of the blog, and every time zone that this machine knows. */
export const loadSettings = async ({ blog, request }: Asking) => {
  viewerWith(request, ['owner'])
  const query = { limit: String(entriesShown) }
  const [settings, history, pages] = await Promise.all([
    callOrThrow(postEndpoints, 'GET /settings', { blog, request }),
    callOrThrow(postEndpoints, 'GET /settings/history', { blog, request, query }),
    pagesOf({ blog, request }),
  ])
  return {
    settings: settings.body,
    version: versionOf(settings),
    history: history.body,
    pages,
    timeZones: timeZoneNames(),
    requestKey: crypto.randomUUID(),
  }
}

const whyNot = ({ code, detail }: { code: string; detail?: string | undefined }): string => {
  if (code === 'precondition-failed')
    return 'Someone else changed the settings in the meantime. Your values are below, with the current ones beside them. Save again to apply yours.'
  if (code === 'invalid') return 'Some fields are not valid; see below.'
  if (code === 'unavailable' || code === 'timeout')
    return 'The settings cannot be changed at the moment. Nothing was changed; try again.'
  return detail ?? 'The request was not accepted.'
}

/** The form as it was sent, with what is wrong in it. */
export const refuse = ({ status, problem }: Extract<Answer<unknown>, { ok: false }>, form: Form) => {
  const errors = Object.fromEntries((problem.errors ?? []).map(({ path, message }) => [path, message]))
  // Numbered as what was sent: errors name an entry by its number.
  const values = valuesWith(form, writtenIn(form))
  const refused: FormAnswer = { intent: field(form, 'intent'), problem: whyNot(problem), errors, values }
  return data(refused, { status })
}

/** The settings of an earlier version; version 0 is none of the history's. Throws 400 where there is none. */
const earlier = async ({ blog, request }: Asking, version: string): Promise<BlogSettings> => {
  if (!/^[1-9]\d{0,14}$/.test(version)) throw data(null, { status: 400 })
  const query = { limit: '1', cursor: String(Number(version) + 1) }
  const history = await callOrThrow(postEndpoints, 'GET /settings/history', { blog, request, query })
  const [entry] = history.body
  if (entry === undefined) throw data(null, { status: 400 })
  return entry.settings
}

const typed = (form: Form) => ({
  title: field(form, 'title').trim(),
  description: field(form, 'description').trim(),
  language: field(form, 'language').trim(),
  timeZone: field(form, 'timeZone').trim(),
  commentsFrom: field(form, 'commentsFrom'),
  // An empty field is no number, not 0: JSON has null for it, which the service refuses.
  editMinutes: Number(field(form, 'editMinutes').trim() || Number.NaN),
  ...(form.has('countViews') ? { countViews: field(form, 'countViews') === 'true' } : {}),
  ...(form.has('mentions') ? { mentions: field(form, 'mentions') === 'true' } : {}),
  ...(form.has('hub') ? { hub: field(form, 'hub').trim() || null } : {}),
  navigation: writtenIn(form),
  accent: field(form, 'accent').trim() || null,
  icon: field(form, 'icon').trim() || null,
})

/** What a button does that only changes or shows what is typed, where the browser runs no scripts: nothing is saved by it. */
const edited = async ({ blog, request, form }: Asking & { form: Form }): Promise<FormAnswer | undefined> => {
  const intent = field(form, 'intent')
  if (intent === 'preview') return { intent: 'edit', errors: {}, values: valuesWith(form, entriesIn(form)) }
  const pages = intent.startsWith('add-page') ? await pagesOf({ blog, request }) : []
  const entries = editEntries(entriesIn(form), { intent, pages, picked: field(form, 'page') })
  return entries && { intent: 'edit', errors: {}, values: valuesWith(form, entries) }
}

/**
 * Puts what was typed in force, or what an earlier version was. Back on the page, the address says which. A button that only changes the
 * form returns the form as it is then.
 */
export const changeSettings = async ({ blog, request, form }: Asking & { form: Form }) => {
  viewerWith(request, ['owner'])
  const only = await edited({ blog, request, form })
  if (only) return data(only)
  const isUndone = field(form, 'intent') === 'restore'
  const body = isUndone ? await earlier({ blog, request }, field(form, 'of')) : typed(form)
  const answer = await call(postEndpoints, 'PUT /settings', {
    ...{ blog, request, body },
    headers: { 'If-Match': `"${field(form, 'version')}"`, ...onceFor(form, isUndone ? 'restore' : 'save') },
  })
  if (!answer.ok) return refuse(answer, form)
  await blog.settings.reach(answer.headers.get('Position'))
  throw redirect(`/settings?done=${isUndone ? 'restored' : 'saved'}`, { headers: rememberPosition(answer) })
}
