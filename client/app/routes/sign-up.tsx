import { loadSignIn, signUp } from '../features/accounts/sign-in.server.ts'
import { SignUp } from '../features/accounts/sign-in.tsx'
import { roomMeta } from '../features/page/title.ts'
import { actionOf, loaderOf } from '../services/route.server.ts'
import type { Route } from './+types/sign-up'

export const loader = loaderOf(loadSignIn)

export const action = actionOf(signUp)

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Create an account')

export default function SignUpPage({ loaderData: { options }, actionData }: Route.ComponentProps) {
  return <SignUp options={options} answer={actionData} />
}
