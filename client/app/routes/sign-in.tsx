import { loadSignIn, signIn } from '../features/accounts/sign-in.server.ts'
import { SignedIn, SignIn } from '../features/accounts/sign-in.tsx'
import { roomMeta } from '../features/page/title.ts'
import { useViewer } from '../features/page/viewer.ts'
import { blogContext } from '../services/blog.server.ts'
import { actionOf } from '../services/route.server.ts'
import type { Route } from './+types/sign-in'

/** What was done before, by `?done=`. */
const notices: Readonly<Record<string, string>> = {
  reset: 'Your new password is set. Sign in with it.',
  everywhere: 'You are signed out everywhere, and your API tokens were revoked.',
}

export const loader = async ({ request, context }: Route.LoaderArgs) => {
  const loaded = await loadSignIn({ blog: context.get(blogContext), request })
  const done = new URL(request.url).searchParams.get('done') ?? ''
  const said = Object.hasOwn(notices, done) ? notices[done] : undefined
  return {
    ...loaded,
    notice: loaded.error ? 'The sign-in did not work. Try again, or use another way.' : said,
  }
}

export const action = actionOf(signIn)

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Sign in')

export default function SignInPage({ loaderData, actionData }: Route.ComponentProps) {
  const viewer = useViewer()
  if (viewer && actionData === undefined)
    return <SignedIn name={viewer.name} next={loaderData.next} notice={loaderData.notice} />
  return <SignIn {...loaderData} answer={actionData} />
}
