import { data } from 'react-router'
import { loadReceipt } from '../features/accounts/people.server.ts'
import { ErasureReceipt } from '../features/accounts/receipt.tsx'
import { roomMeta } from '../features/page/title.ts'
import { blogContext } from '../services/blog.server.ts'
import type { Route } from './+types/erasure'

export const loader = async ({ request, context, params: { id } }: Route.LoaderArgs) => {
  const receipt = await loadReceipt({ blog: context.get(blogContext), request, id })
  if (receipt === undefined) throw data(null, { status: 404 })
  return receipt
}

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Erased')

export default function ErasurePage({ loaderData }: Route.ComponentProps) {
  return <ErasureReceipt receipt={loaderData} />
}
