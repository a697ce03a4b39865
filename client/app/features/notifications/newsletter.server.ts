import { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import { redirect } from 'react-router'
import { type Answer, refuse as refuseToLoad } from '../../services/ask.server.ts'
import { call } from '../../services/call.server.ts'
import { field } from '../../services/form.server.ts'
import { rememberPosition } from '../../services/position.server.ts'
import { viewerWith } from '../../services/viewer.server.ts'
import { type Command, refuse } from '../accounts/form.server.ts'

interface OfPost {
  /** The id of the post. */
  id: string
}

/** The mail that a post would be, how many would receive it, and when it was sent. For owners. */
export const loadNewsletter = async ({ blog, request, id }: Omit<Command, 'form'> & OfPost) => {
  viewerWith(request, ['owner'])
  const answer = await call(notificationEndpoints, 'GET /newsletters/:id', { blog, request, params: { id } })
  return answer.ok ? answer.body : refuseToLoad({ request }, answer)
}

/** Mails a post to the owner alone, or to every subscriber: what it is by the button that was pressed. */
export const mailNewsletter = async ({ blog, request, form, id }: Command & OfPost) => {
  viewerWith(request, ['owner'])
  const step = field(form, 'intent') === 'send' ? 'send' : 'test'
  const row = `POST /newsletters/:id/${step}` as const
  const answer: Answer<unknown> = await call(notificationEndpoints, row, { blog, request, params: { id } })
  if (!answer.ok) return refuse(answer, form)
  const to = `/newsletter/${encodeURIComponent(id)}?done=${step}`
  return redirect(to, { headers: rememberPosition(answer) })
}
