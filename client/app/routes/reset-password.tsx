import { ResetPassword } from '../features/accounts/recover.tsx'
import { resetPassword } from '../features/accounts/sign-in.server.ts'
import { roomMeta } from '../features/page/title.ts'
import { actionOf } from '../services/route.server.ts'
import type { Route } from './+types/reset-password'

export const loader = ({ request }: Route.LoaderArgs) => ({
  token: new URL(request.url).searchParams.get('token') ?? '',
})

export const action = actionOf(resetPassword)

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Choose a new password')

export default function ResetPasswordPage({ loaderData: { token }, actionData }: Route.ComponentProps) {
  return <ResetPassword token={token} answer={actionData} />
}
