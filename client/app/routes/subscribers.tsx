import { loadSubscribers, retryParked } from '../features/notifications/subscribers.server.ts'
import { Subscribers } from '../features/notifications/subscribers.tsx'
import { roomMeta } from '../features/page/title.ts'
import { actionOf, loaderOf } from '../services/route.server.ts'
import type { Route } from './+types/subscribers'

export const loader = loaderOf(loadSubscribers)

export const action = actionOf(retryParked)

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Subscribers and mails')

export default function SubscribersPage({ loaderData, actionData }: Route.ComponentProps) {
  return <Subscribers {...loaderData} answer={actionData} />
}
