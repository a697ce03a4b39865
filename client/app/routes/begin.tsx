import { begin, loadBeginning } from '../features/beginning/begin.server.ts'
import { Begin } from '../features/beginning/begin.tsx'
import { roomMeta } from '../features/page/title.ts'
import { blogContext } from '../services/blog.server.ts'
import { readForm } from '../services/form.server.ts'
import type { Route } from './+types/begin'

export const loader = ({ request, context }: Route.LoaderArgs) =>
  loadBeginning({ blog: context.get(blogContext), request })

export const action = async ({ request, context }: Route.ActionArgs) =>
  begin({ blog: context.get(blogContext), request, form: await readForm(request) })

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'A new blog')

export default function BeginPage({ loaderData, actionData }: Route.ComponentProps) {
  return <Begin loaded={loaderData} answer={actionData} />
}
