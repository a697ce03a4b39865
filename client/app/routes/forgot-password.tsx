import { loadOptions } from '../features/accounts/mail.server.ts'
import { ForgotPassword } from '../features/accounts/recover.tsx'
import { askForReset } from '../features/accounts/sign-in.server.ts'
import { roomMeta } from '../features/page/title.ts'
import { actionOf, loaderOf } from '../services/route.server.ts'
import type { Route } from './+types/forgot-password'

export const loader = loaderOf(async (asking) => ({ mail: (await loadOptions(asking)).mail }))

export const action = actionOf(askForReset)

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Forgot your password?')

export default function ForgotPasswordPage({ loaderData, actionData }: Route.ComponentProps) {
  return <ForgotPassword mail={loaderData.mail} answer={actionData} />
}
