import { loadSubscribe, subscribe } from '../features/notifications/links.server.ts'
import { Subscribe } from '../features/notifications/links.tsx'
import { pageTitle } from '../features/page/title.ts'
import { actionOf, loaderOf } from '../services/route.server.ts'
import type { Route } from './+types/subscribe'

export const loader = loaderOf(loadSubscribe)

export const action = actionOf(subscribe)

export const meta: Route.MetaFunction = ({ matches }) => [{ title: pageTitle(matches, 'Subscribe by mail') }]

export default function SubscribePage({ loaderData, actionData }: Route.ComponentProps) {
  return <Subscribe {...loaderData} answer={actionData} />
}
