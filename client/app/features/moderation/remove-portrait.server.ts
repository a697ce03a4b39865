import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import { mediaEndpoints } from '@logbook/contracts/endpoints/media.ts'
import { mediaPictureOf } from '@logbook/contracts/media-address.ts'
import { data, redirect } from 'react-router'
import type { Blog } from '../../services/blog.server.ts'
import { call } from '../../services/call.server.ts'
import { type Form, field } from '../../services/form.server.ts'
import { rememberPosition } from '../../services/position.server.ts'
import type { Refused } from '../comments/edit-form.tsx'
import { wordsFor } from '../comments/send.ts'

/** Removes the portrait of the person who shows the picture of a form, and redirects to the page of the form. */
export const removePortrait = async ({
  blog,
  request,
  form,
}: {
  blog: Blog
  request: Request
  form: Form
}) => {
  const { pathname, search } = new URL(request.url)
  const place = `${pathname}${search}#comment-${encodeURIComponent(field(form, 'id'))}`
  const refuse = (problem: string, status: number) =>
    data<{ refused: Refused }>(
      { refused: { id: field(form, 'id'), command: 'portrait', problem } },
      { status },
    )
  const mediumId = mediaPictureOf(field(form, 'picture'))?.before.split('/').at(-2)
  if (mediumId === undefined) throw data(null, { status: 400 })
  const asked = { blog, request }
  const medium = await call(mediaEndpoints, 'GET /media/:id', { ...asked, params: { id: mediumId } })
  if (!medium.ok && medium.status !== 404) return refuse(wordsFor(medium.problem), medium.status)
  const id = medium.ok ? medium.body.ownerId : null
  // Its owner has replaced it meanwhile, or it was never a person's own: no page shows it.
  if (id === null) return redirect(place)
  const answer = await call(accountEndpoints, 'DELETE /people/:id/picture', { ...asked, params: { id } })
  if (!answer.ok) return refuse(wordsFor(answer.problem), answer.status)
  return redirect(place, { headers: rememberPosition(answer) })
}
