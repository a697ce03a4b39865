import { ForgotPassword } from '../features/accounts/recover.tsx'
import { askForReset } from '../features/accounts/sign-in.server.ts'
import { pageTitle } from '../features/page/title.ts'
import { blogContext } from '../services/blog.server.ts'
import { readForm } from '../services/form.server.ts'
import type { Route } from './+types/forgot-password'

export const action = async ({ request, context }: Route.ActionArgs) =>
  askForReset({ blog: context.get(blogContext), request, form: await readForm(request) })

export const meta: Route.MetaFunction = ({ matches }) => [
  { title: pageTitle(matches, 'Forgot your password?') },
]

export default function ForgotPasswordPage({ actionData }: Route.ComponentProps) {
  return <ForgotPassword answer={actionData} />
}
