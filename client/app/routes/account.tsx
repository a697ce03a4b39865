import '../features/writing/writing.css'
import { useSearchParams } from 'react-router'
import { changeAccount, loadAccount } from '../features/accounts/account.server.ts'
import { Account } from '../features/accounts/account.tsx'
import { roomMeta } from '../features/page/title.ts'
import { blogContext } from '../services/blog.server.ts'
import { readForm } from '../services/form.server.ts'
import type { Route } from './+types/account'

export const loader = ({ request, context }: Route.LoaderArgs) =>
  loadAccount({ blog: context.get(blogContext), request })

export const action = async ({ request, context }: Route.ActionArgs) =>
  changeAccount({ blog: context.get(blogContext), request, form: await readForm(request) })

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
