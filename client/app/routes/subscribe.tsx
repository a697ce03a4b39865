import { subscribe } from '../features/notifications/links.server.ts'
import { Subscribe } from '../features/notifications/links.tsx'
import { pageTitle } from '../features/page/title.ts'
import { blogContext } from '../services/blog.server.ts'
import { readForm } from '../services/form.server.ts'
import type { Route } from './+types/subscribe'

export const action = async ({ request, context }: Route.ActionArgs) =>
  subscribe({ blog: context.get(blogContext), request, form: await readForm(request) })

export const meta: Route.MetaFunction = ({ matches }) => [{ title: pageTitle(matches, 'Subscribe by mail') }]

export default function SubscribePage({ actionData }: Route.ComponentProps) {
  return <Subscribe answer={actionData} />
}
