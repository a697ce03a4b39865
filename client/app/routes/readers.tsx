import { roomMeta } from '../features/page/title.ts'
import { loadFigures } from '../features/readers/figures.server.ts'
import { Readers } from '../features/readers/readers.tsx'
import { blogContext } from '../services/blog.server.ts'
import type { Route } from './+types/readers'

export const loader = ({ request, context, params: { id } }: Route.LoaderArgs) =>
  loadFigures({ blog: context.get(blogContext), request, id })

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Readers')

export default function ReadersPage({ loaderData }: Route.ComponentProps) {
  return <Readers {...loaderData} />
}
