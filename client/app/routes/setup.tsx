import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import { data } from 'react-router'
import { SetUp } from '../features/accounts/arrive.tsx'
import { setUp } from '../features/accounts/sign-in.server.ts'
import { roomMeta } from '../features/page/title.ts'
import { blogContext } from '../services/blog.server.ts'
import { call } from '../services/call.server.ts'
import { actionOf } from '../services/route.server.ts'
import type { Route } from './+types/setup'

export const loader = async ({ request, context }: Route.LoaderArgs) => {
  const blog = context.get(blogContext)
  const answer = await call(accountEndpoints, 'GET /setup', { blog, request })
  if (!answer.ok) throw data(null, { status: 503 })
  return { isOpen: answer.body.open, token: new URL(request.url).searchParams.get('token') ?? '' }
}

export const action = actionOf(setUp)

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'This blog is yours')

export default function SetUpPage({ loaderData, actionData }: Route.ComponentProps) {
  return <SetUp {...loaderData} answer={actionData} />
}
