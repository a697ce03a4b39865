import { AcceptInvitation } from '../features/accounts/arrive.tsx'
import { acceptInvitation, lookAtInvitation } from '../features/accounts/invitation.server.ts'
import { roomMeta } from '../features/page/title.ts'
import { actionOf, loaderOf } from '../services/route.server.ts'
import type { Route } from './+types/invitation'

export const loader = loaderOf(lookAtInvitation)

export const action = actionOf(acceptInvitation)

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'You are invited')

export default function InvitationPage({ loaderData, actionData }: Route.ComponentProps) {
  return <AcceptInvitation look={loaderData} answer={actionData} />
}
