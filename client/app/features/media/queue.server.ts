import { mediaEndpoints } from '@logbook/contracts/endpoints/media.ts'
import { mediaState } from '@logbook/contracts/http/media.ts'
import type { MediaState } from '@logbook/contracts/media-kinds.ts'
import { data } from 'react-router'
import type { Blog } from '../../services/blog.server.ts'
import { call, callOrThrow } from '../../services/call.server.ts'
import { field } from '../../services/form.server.ts'
import { viewerWith } from '../../services/viewer.server.ts'
import { type Command, refuse } from '../accounts/form.server.ts'
import { nextCursorOf } from '../page/paging.ts'

const jobsPerPage = 50

interface Asking {
  blog: Blog
  request: Request
}

/** What is asked for; without it, what needs somebody, or else what is under way. */
const stateAsked = (search: URLSearchParams, parked: number): MediaState => {
  const asked = mediaState.safeParse(search.get('state'))
  if (asked.success) return asked.data
  return parked > 0 ? 'failed' : 'in progress'
}

/** What happened to one job, null where it is not there any more. */
const chainOf = async (id: string, asking: Asking) => {
  const answer = await call(mediaEndpoints, 'GET /media/:id/history', { ...asking, params: { id } })
  return answer.ok ? { id, entries: answer.body } : { id, entries: null }
}

/** The queue of media, the jobs of one state, and the causal chain of one job. */
export const loadJobQueue = async ({ blog, request }: Asking) => {
  viewerWith(request, ['moderator', 'owner'])
  const asking = { blog, request }
  const search = new URL(request.url).searchParams
  const { body: queue } = await callOrThrow(mediaEndpoints, 'GET /media/queue', asking)
  const state = stateAsked(search, queue.jobs.parked)
  const cursor = search.get('cursor')
  const isImported = search.get('imported') === 'true'
  const only = isImported ? { imported: 'true' as const } : {}
  const query = { state, limit: String(jobsPerPage), ...only, ...(cursor ? { cursor } : {}) }
  const job = search.get('job')
  const [{ body: jobs, headers }, chain] = await Promise.all([
    callOrThrow(mediaEndpoints, 'GET /media', { ...asking, query }),
    job ? chainOf(job, asking) : null,
  ])
  return { queue, state, only, jobs, chain, older: nextCursorOf(headers) }
}

/** Puts a job back into the queue, at the place that its request had, or cancels it. */
export const changeJob = async ({ blog, request, form }: Command) => {
  viewerWith(request, ['moderator', 'owner'])
  const asking = { blog, request, params: { id: field(form, 'id') } }
  const intent = field(form, 'intent')
  if (intent !== 'retry' && intent !== 'cancel') throw data(null, { status: 400 })
  const answer = await call(mediaEndpoints, `POST /media/:id/${intent}`, asking)
  if (!answer.ok) return refuse(answer, form)
  const { name } = answer.body
  const done =
    intent === 'retry'
      ? `“${name}” is back at its place in the queue.`
      : `“${name}” was cancelled. It can be tried again under “failed”.`
  return data({ intent, done, errors: {}, values: {} })
}
