import { BringBlog } from '../features/beginning/begin.tsx'
import { roomMeta } from '../features/page/title.ts'
import { viewerWith } from '../services/viewer.server.ts'
import type { Route } from './+types/begin-import'

export const loader = ({ request }: Route.LoaderArgs) => {
  viewerWith(request, ['owner'])
  return null
}

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Import a blog')

export default BringBlog
