import { ConfirmAddress } from '../features/accounts/recover.tsx'
import { addressIn, confirmAddress } from '../features/accounts/sign-in.server.ts'
import { roomMeta } from '../features/page/title.ts'
import { actionOf } from '../services/route.server.ts'
import type { Route } from './+types/confirm-address'

/** Nothing is confirmed by opening it: programs that look at mails open links too. */
export const loader = ({ request }: Route.LoaderArgs) => {
  const token = new URL(request.url).searchParams.get('token') ?? ''
  return { token, address: addressIn(token) }
}

export const action = actionOf(confirmAddress)

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Confirm your address')

export default function ConfirmAddressPage({ loaderData, actionData }: Route.ComponentProps) {
  return <ConfirmAddress {...loaderData} answer={actionData} />
}
