import { AcceptInvitation } from '../features/accounts/arrive.tsx'
import { acceptInvitation, lookAtInvitation } from '../features/accounts/invitation.server.ts'
import { roomMeta } from '../features/page/title.ts'
import { blogContext } from '../services/blog.server.ts'
import { readForm } from '../services/form.server.ts'
import type { Route } from './+types/invitation'

export const loader = ({ request, context }: Route.LoaderArgs) =>
  lookAtInvitation({ blog: context.get(blogContext), request })

export const action = async ({ request, context }: Route.ActionArgs) =>
  acceptInvitation({ blog: context.get(blogContext), request, form: await readForm(request) })

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'You are invited')

export default function InvitationPage({ loaderData, actionData }: Route.ComponentProps) {
  return <AcceptInvitation look={loaderData} answer={actionData} />
}
