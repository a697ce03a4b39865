import '../features/writing/writing.css'
import { JobQueue } from '../features/media/job-queue.tsx'
import { changeJob, loadJobQueue } from '../features/media/queue.server.ts'
import { roomMeta } from '../features/page/title.ts'
import { blogContext } from '../services/blog.server.ts'
import { readForm } from '../services/form.server.ts'
import type { Route } from './+types/media-queue'

export const loader = ({ request, context }: Route.LoaderArgs) =>
  loadJobQueue({ blog: context.get(blogContext), request })

export const action = async ({ request, context }: Route.ActionArgs) =>
  changeJob({ blog: context.get(blogContext), request, form: await readForm(request) })

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Work queue')

export default function MediaQueue({ loaderData, actionData }: Route.ComponentProps) {
  return <JobQueue loaded={loaderData} answer={actionData} />
}
