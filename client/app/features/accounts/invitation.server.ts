import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import { redirect } from 'react-router'
import type { Blog } from '../../services/blog.server.ts'
import { call } from '../../services/call.server.ts'
import { field } from '../../services/form.server.ts'
import { viewerOf } from '../../services/viewer.server.ts'
import { type Command, cookiesOf, refuse } from './form.server.ts'

/** An invitation by its link; without `invitation` it is no longer valid. */
export const lookAtInvitation = async ({ blog, request }: { blog: Blog; request: Request }) => {
  const token = new URL(request.url).searchParams.get('token') ?? ''
  const body = { token }
  const answer = await call(accountEndpoints, 'POST /invitations/look', { blog, request, body })
  return { token, invitation: answer.ok ? answer.body : undefined, signedIn: viewerOf(request)?.name }
}

/** Accepts an invitation as a new or as the signed-in person. */
export const acceptInvitation = async ({ blog, request, form }: Command) => {
  const token = field(form, 'token')
  const fresh = { name: field(form, 'name').trim(), password: field(form, 'password') }
  const answer = await call(accountEndpoints, 'POST /invitations/accept', {
    ...{ blog, request },
    body: field(form, 'intent') === 'join' ? { token, ...fresh } : { token },
  })
  if (!answer.ok) return refuse(answer, form)
  throw redirect('/account', { headers: cookiesOf(answer) })
}
