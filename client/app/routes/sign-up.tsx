import { loadSignIn, signUp } from '../features/accounts/sign-in.server.ts'
import { SignUp } from '../features/accounts/sign-in.tsx'
import { roomMeta } from '../features/page/title.ts'
import { blogContext } from '../services/blog.server.ts'
import { readForm } from '../services/form.server.ts'
import type { Route } from './+types/sign-up'

export const loader = ({ request, context }: Route.LoaderArgs) =>
  loadSignIn({ blog: context.get(blogContext), request })

export const action = async ({ request, context }: Route.ActionArgs) =>
  signUp({ blog: context.get(blogContext), request, form: await readForm(request) })

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Create an account')

export default function SignUpPage({ loaderData: { options }, actionData }: Route.ComponentProps) {
  return <SignUp options={options} answer={actionData} />
}
