import { data } from 'react-router'
import { Missing } from '../features/page/errors.tsx'
import { leave, reading } from '../features/page/scripts.ts'
import { blogContext } from '../services/blog.server.ts'
import { leadOnFromFormer } from '../services/former.server.ts'
import type { Route } from './+types/not-found'

export const handle = reading
export const clientLoader = leave

export const loader = async ({ request, context }: Route.LoaderArgs) => {
  await leadOnFromFormer({ blog: context.get(blogContext), request })
  throw data(null, { status: 404 })
}

export default Missing
