import { loadOptions } from '../features/accounts/mail.server.ts'
import { ForgotPassword } from '../features/accounts/recover.tsx'
import { askForReset } from '../features/accounts/sign-in.server.ts'
import { roomMeta } from '../features/page/title.ts'
import { blogContext } from '../services/blog.server.ts'
import { actionOf } from '../services/route.server.ts'
import type { Route } from './+types/forgot-password'

export const loader = async ({ request, context }: Route.LoaderArgs) => {
  const { mail } = await loadOptions({ blog: context.get(blogContext), request })
  return { mail }
}

export const action = actionOf(askForReset)

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Forgot your password?')

export default function ForgotPasswordPage({ loaderData, actionData }: Route.ComponentProps) {
  return <ForgotPassword mail={loaderData.mail} answer={actionData} />
}
