import { loadSubscribers, retryParked } from '../features/notifications/subscribers.server.ts'
import { Subscribers } from '../features/notifications/subscribers.tsx'
import { roomMeta } from '../features/page/title.ts'
import { blogContext } from '../services/blog.server.ts'
import { readForm } from '../services/form.server.ts'
import type { Route } from './+types/subscribers'

export const loader = ({ request, context }: Route.LoaderArgs) =>
  loadSubscribers({ blog: context.get(blogContext), request })

export const action = async ({ request, context }: Route.ActionArgs) =>
  retryParked({ blog: context.get(blogContext), request, form: await readForm(request) })

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Subscribers and mails')

export default function SubscribersPage({ loaderData, actionData }: Route.ComponentProps) {
  return <Subscribers {...loaderData} answer={actionData} />
}
