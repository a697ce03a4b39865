import '../features/writing/writing.css'
import { useSearchParams } from 'react-router'
import { changeAccount, loadAccount } from '../features/accounts/account.server.ts'
import { Account } from '../features/accounts/account.tsx'
import { roomMeta } from '../features/page/title.ts'
import { actionOf, loaderOf } from '../services/route.server.ts'
import type { Route } from './+types/account'

export const loader = loaderOf(loadAccount)

export const action = actionOf(changeAccount)

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Your account')

export default function AccountPage({ loaderData, actionData }: Route.ComponentProps) {
  const [search] = useSearchParams()
  return (
    <Account
      loaded={loaderData}
      isLeavingAsked={search.has('leave')}
      answer={actionData ?? loaderData.said}
    />
  )
}
