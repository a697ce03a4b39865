import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { feedFiles } from '@logbook/contracts/http/websub.ts'
import { authorSlug, tagSlug } from '@logbook/contracts/tags.ts'
import { bringsPost, isImported } from '../domain/imported.ts'
import type { Effect } from '../domain/notice.ts'
import type { View } from '../domain/view.ts'
import { limits } from '../limits.ts'

/** A feed of the blog in any format: of all posts, of those of a tag or an author by its slug, of the comments on a post, or of the digests. */
export type Feed =
  | { kind: 'posts' | 'digests'; of: '' }
  | { kind: 'tag' | 'author'; of: string }
  /** By the id of the post: its slug may change. */
  | { kind: 'comments'; of: string }

export const feedKey = ({ kind, of }: Feed): string => `${kind}:${of}`

type PostEvent = LogbookEvent<'PostCreated' | 'PostUpdated'>

/** The feeds that a post is in now, or was before the event: of all posts, of its tags and of its author. */
const ofPost = (event: PostEvent, view: View): Feed[] => {
  const { data, time } = event
  const before = view.post(data.id)
  const live = data.status === 'published' && data.kind === 'post' ? data : undefined
  if (live === undefined && !before?.isPublished) return []
  if (bringsPost(event)) return []
  if (live && !before?.isAnnounced && isImported(live.publishedAt, time)) return []
  const tags = new Set([...(live?.tags ?? []), ...(before?.tags ?? [])].map(tagSlug))
  const author = live?.authorName ?? view.person(before?.authorId ?? '')?.name
  return [
    { kind: 'posts', of: '' },
    ...[...tags].slice(0, limits.tagsToldMax).map((of): Feed => ({ kind: 'tag', of })),
    ...(author ? [{ kind: 'author', of: authorSlug(author) } as const] : []),
  ]
}

/** The feed of the comments of a post, where one of them is readable now, or was before the event. */
const ofComment = ({ data }: LogbookEvent<'CommentUpdated'>, view: View): Feed[] => {
  const before = view.comment(data.id)
  if (before === undefined || !view.post(data.postId)?.isPublished) return []
  const isNew = data.status === 'approved' && !before.isAnnounced
  const wasShown = before.status === 'approved'
  const hasChanged = data.status !== 'approved' || data.erased === true || data.revision !== before.revision
  return isNew || (wasShown && hasChanged) ? [{ kind: 'comments', of: data.postId }] : []
}

/** The feeds that an event changes, given the view before it. Nothing of what is imported. */
export const changedFeeds = (event: LogbookEvent, view: View): Feed[] => {
  switch (event.type) {
    case 'PostCreated':
    case 'PostUpdated':
      return ofPost(event, view)
    case 'CommentUpdated':
      return ofComment(event, view)
    case 'DigestIssued':
      return event.data.ofBlog === false ? [] : [{ kind: 'digests', of: '' }]
    default:
      return []
  }
}

const queryOf = ({ kind, of }: Feed, view: View): Record<string, string> => {
  switch (kind) {
    case 'posts':
      return {}
    case 'digests':
      return { of: 'digest' }
    case 'comments':
      return { post: view.post(of)?.slug ?? '' }
    default:
      return { [kind]: of }
  }
}

const pathsOf = (feed: Feed, view: View): string[] => {
  const query = new URLSearchParams(queryOf(feed, view)).toString()
  return feedFiles.map((file) => (query === '' ? file : `${file}?${query}`))
}

/** What is due for another hub that the settings name: one message for each file of a feed that has changed, by its path. */
export const feedsToTell = (feeds: readonly Feed[], event: LogbookEvent, view: View): Effect[] => {
  if (view.blog().hub === null) return []
  const { id: eventId, position, time: at } = event
  return feeds
    .flatMap((feed) => pathsOf(feed, view))
    .map((path) => ({
      ...{ eventId, position, at, kind: 'feed', channel: 'websub', receiver: { kind: 'feed', id: path } },
      ...{ postId: null, commentId: null, personId: null, mediumId: null },
    }))
}
