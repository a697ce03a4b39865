import type { InboxAnswer } from '@logbook/contracts/http/notifications.ts'
import { redirect } from 'react-router'
import { refuse } from '../../services/ask.server.ts'
import { field } from '../../services/form.server.ts'
import { viewerWith } from '../../services/viewer.server.ts'
import type { Command } from '../accounts/ask-accounts.server.ts'
import { nextParameterOf } from '../page/paging.ts'
import { askNotifications } from './ask.server.ts'

const everyone = ['reader', 'moderator', 'author', 'owner'] as const

/** What the viewer was told, latest first. */
export const loadInbox = async ({ blog, request }: Omit<Command, 'form'>) => {
  viewerWith(request, everyone)
  const cursor = new URL(request.url).searchParams.get('cursor')
  const path = cursor === null ? '/inbox' : `/inbox?${new URLSearchParams({ cursor })}`
  const answer = await askNotifications<InboxAnswer>({ blog, request, path })
  if (!answer.ok) return refuse({ request, url: path }, answer)
  return { ...answer.body, more: nextParameterOf(answer.headers, 'cursor') }
}

/** Notes that everything on the page was seen. */
export const markRead = async ({ blog, request, form }: Command) => {
  viewerWith(request, everyone)
  const body = { upTo: Number(field(form, 'upTo')) || 0 }
  await askNotifications({ blog, request, method: 'POST', path: '/inbox/read', body })
  return redirect('/notifications')
}
