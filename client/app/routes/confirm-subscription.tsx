import { confirmSubscription, fieldsOfLink } from '../features/notifications/links.server.ts'
import { LinkPage } from '../features/notifications/links.tsx'
import { pageTitle } from '../features/page/title.ts'
import { actionOf } from '../services/route.server.ts'
import type { Route } from './+types/confirm-subscription'

export const loader = ({ request }: Route.LoaderArgs) => ({ hidden: fieldsOfLink(request) })

export const action = actionOf(confirmSubscription)

export const meta: Route.MetaFunction = ({ matches }) => [
  { title: pageTitle(matches, 'Confirm your subscription') },
  { name: 'robots', content: 'noindex' },
]

export default function ConfirmSubscriptionPage({ loaderData, actionData }: Route.ComponentProps) {
  return (
    <LinkPage
      {...loaderData}
      title="Confirm your subscription"
      text="Mails will be sent to your address. Each has a link to unsubscribe."
      button="Yes, send them"
      answer={actionData}
    />
  )
}
