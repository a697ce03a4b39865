import { postEndpoints } from '@logbook/contracts/endpoints/posts.ts'
import { redirect } from 'react-router'
import type { Blog } from '../../services/blog.server.ts'
import { call, callOrThrow } from '../../services/call.server.ts'
import { type Form, field, onceFor } from '../../services/form.server.ts'
import { rememberPosition } from '../../services/position.server.ts'
import { viewerWith } from '../../services/viewer.server.ts'
import { refuse, versionOf } from '../settings/settings.server.ts'

interface Asking {
  blog: Blog
  request: Request
}

/** The language that a browser asks for first; undefined for one that names none. */
const languageOf = (request: Request): string | undefined =>
  /^\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)\s*(?:[,;]|$)/.exec(
    request.headers.get('Accept-Language') ?? '',
  )?.[1]

/** The first settings of a new blog. A blog with saved settings redirects to them. */
export const loadBeginning = async ({ blog, request }: Asking) => {
  const { name } = viewerWith(request, ['owner'])
  const answer = await callOrThrow(postEndpoints, 'GET /settings', { blog, request })
  if (versionOf(answer) !== '0') throw redirect('/settings')
  const { title, language, timeZone } = answer.body
  return {
    ...{ name, title, timeZone, language: languageOf(request) ?? language },
    timeZones: ['UTC', ...Intl.supportedValuesOf('timeZone')],
    requestKey: crypto.randomUUID(),
  }
}

/** Saves the first settings, and redirects to the first post or to the import page. */
export const begin = async ({ blog, request, form }: Asking & { form: Form }) => {
  viewerWith(request, ['owner'])
  const body = {
    title: field(form, 'title').trim(),
    description: field(form, 'description').trim(),
    language: field(form, 'language').trim(),
    timeZone: field(form, 'timeZone').trim(),
  }
  const answer = await call(postEndpoints, 'PUT /settings', {
    ...{ blog, request, body },
    headers: { 'If-Match': '"0"', ...onceFor(form, 'begin') },
  })
  // Saved meanwhile, in another window or by another owner.
  if (answer.status === 412) throw redirect('/settings')
  if (!answer.ok) return refuse(answer, form)
  await blog.settings.reach(answer.headers.get('Position'))
  throw redirect(field(form, 'intent') === 'import' ? '/begin/import' : '/write', {
    headers: rememberPosition(answer),
  })
}
