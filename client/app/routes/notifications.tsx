import { changeInbox, loadInbox } from '../features/notifications/inbox.server.ts'
import { Inbox } from '../features/notifications/inbox.tsx'
import { pageTitle } from '../features/page/title.ts'
import { blogContext } from '../services/blog.server.ts'
import { readForm } from '../services/form.server.ts'
import type { Route } from './+types/notifications'

export const loader = ({ request, context }: Route.LoaderArgs) =>
  loadInbox({ blog: context.get(blogContext), request })

export const action = async ({ request, context }: Route.ActionArgs) =>
  changeInbox({ blog: context.get(blogContext), request, form: await readForm(request) })

export const meta: Route.MetaFunction = ({ matches }) => [{ title: pageTitle(matches, 'Notifications') }]

export default function NotificationsPage({ loaderData, actionData }: Route.ComponentProps) {
  return <Inbox {...loaderData} answer={actionData} />
}
