import '../features/writing/writing.css'
import { JobQueue } from '../features/media/job-queue.tsx'
import { changeJob, loadJobQueue } from '../features/media/queue.server.ts'
import { roomMeta } from '../features/page/title.ts'
import { actionOf, loaderOf } from '../services/route.server.ts'
import type { Route } from './+types/media-queue'

export const loader = loaderOf(loadJobQueue)

export const action = actionOf(changeJob)

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Work queue')

export default function MediaQueue({ loaderData, actionData }: Route.ComponentProps) {
  return <JobQueue loaded={loaderData} answer={actionData} />
}
