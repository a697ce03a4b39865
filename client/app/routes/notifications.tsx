import { changeInbox, loadInbox } from '../features/notifications/inbox.server.ts'
import { Inbox } from '../features/notifications/inbox.tsx'
import { pageTitle } from '../features/page/title.ts'
import { actionOf, loaderOf } from '../services/route.server.ts'
import type { Route } from './+types/notifications'

export const loader = loaderOf(loadInbox)

export const action = actionOf(changeInbox)

export const meta: Route.MetaFunction = ({ matches }) => [{ title: pageTitle(matches, 'Notices') }]

export default function NotificationsPage({ loaderData, actionData }: Route.ComponentProps) {
  return <Inbox {...loaderData} answer={actionData} />
}
