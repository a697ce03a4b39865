import type { NewsletterAnswer } from '@logbook/contracts/http/notifications.ts'
import { redirect } from 'react-router'
import { refuse as refuseToLoad } from '../../services/ask.server.ts'
import { field } from '../../services/form.server.ts'
import { rememberPosition } from '../../services/position.server.ts'
import { viewerWith } from '../../services/viewer.server.ts'
import { type Command, refuse } from '../accounts/ask-accounts.server.ts'
import { askNotifications } from './ask.server.ts'

interface OfPost {
  /** The id of the post. */
  id: string
}

const pathOf = (id: string) => `/newsletters/${encodeURIComponent(id)}`

/** The mail that a post would be, how many would receive it, and when it was sent. For owners. */
export const loadNewsletter = async ({ blog, request, id }: Omit<Command, 'form'> & OfPost) => {
  viewerWith(request, ['owner'])
  const answer = await askNotifications<NewsletterAnswer>({ blog, request, path: pathOf(id) })
  return answer.ok ? answer.body : refuseToLoad({ request }, answer)
}

/** Mails a post to the owner alone, or to every subscriber: what it is by the button that was pressed. */
export const mailNewsletter = async ({ blog, request, form, id }: Command & OfPost) => {
  viewerWith(request, ['owner'])
  const step = field(form, 'intent') === 'send' ? 'send' : 'test'
  const path = `${pathOf(id)}/${step}`
  const answer = await askNotifications({ blog, request, method: 'POST', path, body: {} })
  if (!answer.ok) return refuse(answer, form)
  const to = `/newsletter/${encodeURIComponent(id)}?done=${step}`
  return redirect(to, { headers: rememberPosition(answer) })
}
