import '../features/writing/writing.css'
import { useSearchParams } from 'react-router'
import { changePeople, loadPeople } from '../features/accounts/people.server.ts'
import { People } from '../features/accounts/people.tsx'
import { roomMeta } from '../features/page/title.ts'
import { blogContext } from '../services/blog.server.ts'
import { readForm } from '../services/form.server.ts'
import type { Route } from './+types/people'

export const loader = ({ request, context }: Route.LoaderArgs) =>
  loadPeople({ blog: context.get(blogContext), request })

export const action = async ({ request, context }: Route.ActionArgs) =>
  changePeople({ blog: context.get(blogContext), request, form: await readForm(request) })

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'People')

export default function PeoplePage({ loaderData, actionData }: Route.ComponentProps) {
  const [search] = useSearchParams()
  return <People loaded={loaderData} erasureAsked={search.get('erase')} answer={actionData} />
}
