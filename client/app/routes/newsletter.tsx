import { loadNewsletter, mailNewsletter } from '../features/notifications/newsletter.server.ts'
import { Newsletter } from '../features/notifications/newsletter.tsx'
import { roomMeta } from '../features/page/title.ts'
import { blogContext } from '../services/blog.server.ts'
import { readForm } from '../services/form.server.ts'
import type { Route } from './+types/newsletter'

export const loader = ({ request, params, context }: Route.LoaderArgs) =>
  loadNewsletter({ blog: context.get(blogContext), request, id: params.id })

export const action = async ({ request, params, context }: Route.ActionArgs) =>
  mailNewsletter({
    ...{ blog: context.get(blogContext), request, id: params.id },
    form: await readForm(request),
  })

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Send as newsletter')

export default function NewsletterPage({ loaderData, actionData }: Route.ComponentProps) {
  return <Newsletter {...loaderData} answer={actionData} />
}
