import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { authorSlug, tagSlug } from '@logbook/contracts/tags.ts'
import { isImported } from '../domain/imported.ts'
import type { Effect } from '../domain/notice.ts'
import type { View } from '../domain/view.ts'
import { limits } from '../limits.ts'

const files = ['feed.xml', 'atom.xml', 'feed.json'] as const

type FeedOf = Record<'tag' | 'author' | 'post', string> extends infer All ? Partial<All> : never

const pathsOf = (of: FeedOf): string[] => {
  const query = new URLSearchParams(of).toString()
  return files.map((file) => (query === '' ? file : `${file}?${query}`))
}

type PostEvent = LogbookEvent<'PostCreated' | 'PostUpdated'>

/** The feeds that a post is in now, or was before the event: of all posts, of its tags and of its author. */
const ofPost = ({ data, time }: PostEvent, view: View): string[] => {
  const before = view.post(data.id)
  const live = data.status === 'published' && data.kind === 'post' ? data : undefined
  if (live === undefined && !before?.isPublished) return []
  if (live && !before?.isAnnounced && isImported(live.publishedAt, time)) return []
  const tags = new Set([...(live?.tags ?? []), ...(before?.tags ?? [])].map(tagSlug))
  const author = live?.authorName ?? view.person(before?.authorId ?? '')?.name
  return [
    ...pathsOf({}),
    ...[...tags].slice(0, limits.tagsToldMax).flatMap((tag) => pathsOf({ tag })),
    ...(author ? pathsOf({ author: authorSlug(author) }) : []),
  ]
}

/** The feed of the comments of a post, where one of them is readable now, or was before the event. */
const ofComment = ({ data }: LogbookEvent<'CommentUpdated'>, view: View): string[] => {
  const before = view.comment(data.id)
  const post = view.post(data.postId)
  if (before === undefined || !post?.isPublished) return []
  const isNew = data.status === 'approved' && !before.isAnnounced
  const wasShown = before.status === 'approved'
  const hasChanged = data.status !== 'approved' || data.erased === true || data.revision !== before.revision
  return isNew || (wasShown && hasChanged) ? pathsOf({ post: post.slug }) : []
}

/**
 * What is due after an event for the hub of the feeds (WebSub), given the view before it: one message for each feed that has changed, by its
 * path. Nothing without a hub, nor for what is imported.
 */
export const feedsToTell = (event: LogbookEvent, view: View): Effect[] => {
  if (view.blog().hub === null) return []
  const paths =
    event.type === 'PostCreated' || event.type === 'PostUpdated'
      ? ofPost(event, view)
      : event.type === 'CommentUpdated'
        ? ofComment(event, view)
        : []
  const { id: eventId, position, time: at } = event
  return paths.map((path) => ({
    ...{ eventId, position, at, kind: 'feed', channel: 'websub', receiver: { kind: 'feed', id: path } },
    ...{ postId: null, commentId: null, personId: null, mediumId: null },
  }))
}
