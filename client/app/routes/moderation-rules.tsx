import { changeRules, loadRules } from '../features/moderation/rules.server.ts'
import { Rules } from '../features/moderation/rules.tsx'
import { roomMeta } from '../features/page/title.ts'
import { blogContext } from '../services/blog.server.ts'
import { readForm } from '../services/form.server.ts'
import type { Route } from './+types/moderation-rules'

export const loader = ({ request, context }: Route.LoaderArgs) =>
  loadRules({ blog: context.get(blogContext), request })

export const action = async ({ request, context }: Route.ActionArgs) =>
  changeRules({ blog: context.get(blogContext), request, form: await readForm(request) })

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Rules for comments')

export default function ModerationRules({ loaderData, actionData }: Route.ComponentProps) {
  return <Rules loaded={loaderData} answer={actionData} />
}
