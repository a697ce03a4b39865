import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { bringsPost, isImported } from '../domain/imported.ts'
import type { Effect } from '../domain/notice.ts'
import type { View } from '../domain/view.ts'

const mayLink = (content: string | undefined): boolean => /https?:\/\//i.test(content ?? '')

/**
 * What is due after an event for the pages that its post links to, given the view before it: they are told where what readers see of the
 * post has changed, also when it is taken down. An imported post tells none until it is changed here.
 */
export const linksToTell = (event: LogbookEvent, view: View): Effect[] => {
  if (event.type !== 'PostCreated' && event.type !== 'PostUpdated') return []
  if (!view.blog().mentions) return []
  const { data, id: eventId, position, time: at } = event
  const before = view.post(data.id)
  const isPublished = data.status === 'published'
  const wasPublished = before?.isPublished === true
  if (!isPublished && !wasPublished) return []
  if (!mayLink(before?.content) && !(isPublished && mayLink(data.content))) return []
  if (isPublished && wasPublished && data.content === before.content && data.title === before.title) return []
  // An import that puts pictures into their places leaves the time of the last change as it was.
  if (isPublished && (bringsPost(event) || isImported(data.updatedAt, at))) return []
  return [
    {
      ...{ eventId, position, at, kind: 'mention', channel: 'webmention' },
      receiver: { kind: 'links', id: data.id },
      ...{ postId: data.id, commentId: null, personId: null, mediumId: null },
    },
  ]
}
