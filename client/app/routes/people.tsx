import '../features/writing/writing.css'
import { useSearchParams } from 'react-router'
import { changePeople, loadPeople } from '../features/accounts/people.server.ts'
import { People } from '../features/accounts/people.tsx'
import { roomMeta } from '../features/page/title.ts'
import { actionOf, loaderOf } from '../services/route.server.ts'
import type { Route } from './+types/people'

export const loader = loaderOf(loadPeople)

export const action = actionOf(changePeople)

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'People')

export default function PeoplePage({ loaderData, actionData }: Route.ComponentProps) {
  const [search] = useSearchParams()
  return <People loaded={loaderData} erasureAsked={search.get('erase')} answer={actionData} />
}
