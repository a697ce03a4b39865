import { loadSignIn, signIn } from '../features/accounts/sign-in.server.ts'
import { SignIn } from '../features/accounts/sign-in.tsx'
import { pageTitle } from '../features/page/title.ts'
import { blogContext } from '../services/blog.server.ts'
import { readForm } from '../services/form.server.ts'
import type { Route } from './+types/sign-in'

export const loader = async ({ request, context }: Route.LoaderArgs) => {
  const loaded = await loadSignIn({ blog: context.get(blogContext), request })
  const wasReset = new URL(request.url).searchParams.get('done') === 'reset'
  const notice = loaded.error
    ? 'That way in did not work. Try again, or another one.'
    : wasReset
      ? 'Your new password is set. Sign in with it.'
      : undefined
  return { ...loaded, notice }
}

export const action = async ({ request, context }: Route.ActionArgs) =>
  signIn({ blog: context.get(blogContext), request, form: await readForm(request) })

export const meta: Route.MetaFunction = ({ matches }) => [{ title: pageTitle(matches, 'Sign in') }]

export default function SignInPage({ loaderData, actionData }: Route.ComponentProps) {
  return <SignIn {...loaderData} answer={actionData} />
}
