import { shownIn, unsubscribe } from '../features/notifications/links.server.ts'
import { LinkPage } from '../features/notifications/links.tsx'
import { pageTitle } from '../features/page/title.ts'
import { blogContext } from '../services/blog.server.ts'
import { readForm } from '../services/form.server.ts'
import type { Route } from './+types/unsubscribe'

export const loader = ({ request }: Route.LoaderArgs) => ({ shown: shownIn(request) })

export const action = async ({ request, context }: Route.ActionArgs) =>
  unsubscribe({ blog: context.get(blogContext), request, form: await readForm(request) })

export const meta: Route.MetaFunction = ({ matches }) => [
  { title: pageTitle(matches, 'Unsubscribe') },
  { name: 'robots', content: 'noindex' },
]

export default function UnsubscribePage({ loaderData, actionData }: Route.ComponentProps) {
  return (
    <LinkPage
      {...loaderData}
      title="Unsubscribe"
      text="Press the button, and you get no more of these mails. Nothing else changes."
      button="Unsubscribe"
      answer={actionData}
    />
  )
}
