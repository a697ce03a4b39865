import { fieldsOfLink, unsubscribe } from '../features/notifications/links.server.ts'
import { LinkPage } from '../features/notifications/links.tsx'
import { pageTitle } from '../features/page/title.ts'
import { actionOf } from '../services/route.server.ts'
import type { Route } from './+types/unsubscribe'

export const loader = ({ request }: Route.LoaderArgs) => ({ hidden: fieldsOfLink(request) })

export const action = actionOf(unsubscribe)

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
