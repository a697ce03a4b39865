import { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import { redirect } from 'react-router'
import { refuse } from '../../services/ask.server.ts'
import { call } from '../../services/call.server.ts'
import { field } from '../../services/form.server.ts'
import { viewerWith } from '../../services/viewer.server.ts'
import { type Command, refuse as refuseForm } from '../accounts/form.server.ts'
import { nextParameterOf } from '../page/paging.ts'

const everyone = ['reader', 'moderator', 'author', 'owner'] as const

/** The posts that the viewer muted, or undefined where that can't be had. */
const loadMuted = async ({ blog, request }: Omit<Command, 'form'>) => {
  const answer = await call(notificationEndpoints, 'GET /preferences', { blog, request })
  return answer.ok ? answer.body.mutedPosts : undefined
}

/** The viewer's notifications, latest first, and the posts they muted. */
export const loadInbox = async ({ blog, request }: Omit<Command, 'form'>) => {
  viewerWith(request, everyone)
  const cursor = new URL(request.url).searchParams.get('cursor')
  const query = cursor === null ? {} : { cursor }
  const [answer, muted] = await Promise.all([
    call(notificationEndpoints, 'GET /inbox', { blog, request, query }),
    loadMuted({ blog, request }),
  ])
  if (!answer.ok) return refuse({ request }, answer)
  return { ...answer.body, muted, more: nextParameterOf(answer.headers, 'cursor') }
}

/** How often a list that changed meanwhile is read again. */
const muteAttemptsMax = 5

/** Adds a post to the muted ones or removes it. Another page may change the list meanwhile: then it is read and changed again. */
const muteThread = async ({ blog, request, form }: Command) => {
  const asking = { blog, request }
  const postId = field(form, 'postId')
  for (let attempt = 1; ; attempt++) {
    const now = await call(notificationEndpoints, 'GET /preferences', asking)
    if (!now.ok) return refuseForm(now, form)
    const others = now.body.mutedPosts.filter((each) => each !== postId)
    const mutedPosts = field(form, 'intent') === 'mute' ? [...others, postId] : others
    const headers = { 'If-Match': now.headers.get('ETag') ?? '*' }
    const body = { mutedPosts }
    const answer = await call(notificationEndpoints, 'PUT /preferences', { ...asking, body, headers })
    if (answer.ok) return redirect(`/notifications${new URL(request.url).search}`)
    if (answer.status !== 412 || attempt === muteAttemptsMax) return refuseForm(answer, form)
  }
}

/** Mutes or unmutes a thread, or notes that everything on the page was seen: by the button that was pressed. */
export const changeInbox = async (command: Command) => {
  const { blog, request, form } = command
  viewerWith(request, everyone)
  if (form.has('intent')) return muteThread(command)
  const body = { upTo: Number(field(form, 'upTo')) || 0 }
  await call(notificationEndpoints, 'POST /inbox/read', { blog, request, body })
  return redirect('/notifications')
}
