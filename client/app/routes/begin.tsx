import { begin, loadBeginning } from '../features/beginning/begin.server.ts'
import { Begin } from '../features/beginning/begin.tsx'
import { roomMeta } from '../features/page/title.ts'
import { actionOf, loaderOf } from '../services/route.server.ts'
import type { Route } from './+types/begin'

export const loader = loaderOf(loadBeginning)

export const action = actionOf(begin)

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'A new blog')

export default function BeginPage({ loaderData, actionData }: Route.ComponentProps) {
  return <Begin loaded={loaderData} answer={actionData} />
}
