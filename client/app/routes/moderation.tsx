import '../features/comments/comments.css'
import '../features/posts/code.css'
import { useLocation } from 'react-router'
import { Outcome } from '../features/moderation/outcome.tsx'
import { giveVerdict, loadQueue } from '../features/moderation/queue.server.ts'
import { Queue } from '../features/moderation/queue.tsx'
import { roomMeta } from '../features/page/title.ts'
import { blogContext } from '../services/blog.server.ts'
import { actionOf } from '../services/route.server.ts'
import { viewerWith } from '../services/viewer.server.ts'
import type { Route } from './+types/moderation'

export const loader = ({ request, context }: Route.LoaderArgs) => {
  viewerWith(request, ['moderator', 'owner'])
  return loadQueue({ blog: context.get(blogContext), request })
}

export const action = actionOf(giveVerdict)

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Moderation')

export default function Moderation({
  loaderData: { rows, show, flag, more, last, judged },
  actionData,
}: Route.ComponentProps) {
  const { search } = useLocation()
  if (actionData || judged)
    return (
      <Outcome
        show={actionData?.show ?? show}
        decided={actionData ? null : judged}
        problem={actionData?.problem}
      />
    )
  return <Queue key={search} {...{ rows, show, flag, more, last }} />
}
