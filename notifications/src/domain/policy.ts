import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import type { Known, KnownComment } from './known.ts'
import {
  type Channel,
  type Effect,
  type HookName,
  type Notice,
  type NoticeKind,
  receiverText,
} from './notice.ts'

/** Older than this when the log takes it, a post or comment was written elsewhere: nobody is told of an archive. */
const importedMs = 60 * 60_000

export const isImported = (writtenAt: string, recordedAt: string): boolean =>
  Date.parse(recordedAt) - Date.parse(writtenAt) > importedMs

type About = Partial<Pick<Notice, 'postId' | 'commentId' | 'personId'>>

interface Telling {
  people(kind: NoticeKind, ids: readonly (string | null)[], about: About): Notice[]
  subscriptions(kind: NoticeKind, ids: readonly string[], about: About): Notice[]
  hooks(kind: NoticeKind, about: About): Notice[]
}

const tellingOf = (event: LogbookEvent, hooks: readonly HookName[]): Telling => {
  const notice = (kind: NoticeKind, receiver: Notice['receiver'], about: About): Notice => ({
    ...{ kind, receiver, eventId: event.id, position: event.position, at: event.time },
    ...{ postId: null, commentId: null, personId: null, ...about },
  })
  return {
    people: (kind, ids, about) =>
      [...new Set(ids)].flatMap((id) => (id === null ? [] : [notice(kind, { kind: 'person', id }, about)])),
    subscriptions: (kind, ids, about) =>
      [...new Set(ids)].map((id) => notice(kind, { kind: 'subscription', id }, about)),
    hooks: (kind, about) => hooks.map((id) => notice(kind, { kind: 'hook', id }, about)),
  }
}

const ofPost = (
  event: LogbookEvent<'PostCreated' | 'PostUpdated'>,
  known: Known,
  notify: Telling,
): Notice[] => {
  const { data } = event
  if (data.status !== 'published' || data.kind !== 'post' || known.post(data.id)?.isTold) return []
  if (isImported(data.publishedAt, event.time)) return []
  const about = { postId: data.id }
  const tags = data.tags.flatMap((tag) => known.subscribed({ kind: 'tag', tag }))
  return [
    ...notify.people(
      'post',
      known.wanting('post').filter((id) => id !== data.authorId),
      about,
    ),
    ...notify.subscriptions('post', [...known.subscribed({ kind: 'blog' }), ...tags], about),
    ...notify.hooks('post', about),
  ]
}

/** A comment can be read from now on, for the first time. */
const ofReadable = (comment: KnownComment, known: Known, notify: Telling): Notice[] => {
  const { id: commentId, postId, parentId, authorId } = comment
  const post = known.post(postId)
  if (!post?.isPublished) return []
  const parent = parentId === null ? undefined : known.comment(parentId)
  const answered = parent?.status === 'approved' && parent.authorId !== authorId ? parent.authorId : null
  const replied = answered !== null && known.person(answered) !== undefined ? answered : null
  const writer = post.authorId === authorId || post.authorId === replied ? null : post.authorId
  const about = { postId, commentId }
  const toReply = parentId === null ? [] : known.subscribed({ kind: 'replies', commentId: parentId })
  const toThread = known.subscribed({ kind: 'thread', postId }).filter((id) => !toReply.includes(id))
  const ownIds = (ids: readonly string[]) =>
    ids.filter((id) => authorId === null || known.subscription(id)?.personId !== authorId)
  return [
    ...notify.people('reply', [replied], about),
    ...notify.people('comment', [writer], about),
    ...notify.subscriptions('reply', ownIds(toReply), about),
    ...notify.subscriptions('comment', ownIds(toThread), about),
  ]
}

const ofComment = (event: LogbookEvent<'CommentUpdated'>, known: Known, notify: Telling): Notice[] => {
  const { data } = event
  const before = known.comment(data.id)
  if (data.status === 'deleted' || data.erased || before === undefined) return []
  const about = { postId: before.postId, commentId: before.id }
  const isJudged =
    (data.status === 'approved' && before.status !== 'approved' && before.isHeld) ||
    (data.status === 'rejected' && before.status !== 'rejected' && !before.isTold)
  const author = data.authorId !== null && known.person(data.authorId) ? data.authorId : null
  const toAuthor = isJudged ? notify.people('verdict', [author], about) : []
  const isNews = data.status === 'approved' && !before.isTold
  return [...toAuthor, ...(isNews ? ofReadable(before, known, notify) : [])]
}

const ofVerdict = (event: LogbookEvent<'CommentModerated'>, known: Known, notify: Telling): Notice[] => {
  const { id, postId, status, by, revision } = event.data
  const comment = known.comment(id)
  const isHeld = status === 'pending' && (by.kind === 'rule' || by.kind === 'default')
  if (!isHeld || comment === undefined || comment.isTold || comment.isHeld || comment.revision !== revision)
    return []
  const judges = known.withRole('moderator', 'owner').filter((person) => person !== comment.authorId)
  const about = { postId, commentId: id }
  return [...notify.people('held', judges, about), ...notify.hooks('held', about)]
}

const ofPerson = (event: LogbookEvent<'UserRegistered'>, known: Known, notify: Telling): Notice[] => {
  const { id, registeredAt } = event.data
  if (known.person(id) !== undefined || isImported(registeredAt, event.time)) return []
  const owners = known.withRole('owner').filter((owner) => owner !== id)
  return [...notify.people('person', owners, { personId: id }), ...notify.hooks('person', { personId: id })]
}

const ofDigest = (event: LogbookEvent<'DigestIssued'>, known: Known, notify: Telling): Notice[] => {
  const isOfBlog = event.data.timeZone === known.blog().timeZone
  const inZone = known
    .wanting('digest')
    .filter((id) => known.choices(id).preferences.timeZone === event.data.timeZone)
  return [
    ...notify.people('digest', inZone, {}),
    ...notify.subscriptions('digest', isOfBlog ? known.subscribed({ kind: 'digest' }) : [], {}),
  ]
}

/**
 * Who is to be told of what because of an event, given what was known before it. Pure: the same log gives the same notices. Whether a
 * message goes out for it is decided later, by preferences and by what may be seen then.
 */
export const noticesOf = (event: LogbookEvent, known: Known, hooks: readonly HookName[]): Notice[] => {
  const notify = tellingOf(event, hooks)
  switch (event.type) {
    case 'PostCreated':
    case 'PostUpdated':
      return ofPost(event, known, notify)
    case 'CommentUpdated':
      return ofComment(event, known, notify)
    case 'CommentModerated':
      return ofVerdict(event, known, notify)
    case 'UserRegistered':
      return ofPerson(event, known, notify)
    case 'MailSubscriptionRequested':
      return notify.subscriptions('confirm', [event.data.id], {})
    case 'MailSubscriptionEnded':
    case 'PersonMailEnded':
      return event.data.why === 'bounced' ? notify.people('bounced', known.withRole('owner'), {}) : []
    case 'NewsletterSent':
      return notify.subscriptions('newsletter', known.subscribed({ kind: 'blog' }), {
        postId: event.data.postId,
      })
    case 'DigestIssued':
      return ofDigest(event, known, notify)
    default:
      return []
  }
}

/** Whether a person is to have this by a channel, as they have chosen. */
const wants = (notice: Notice, channel: 'mail' | 'push', known: Known): boolean => {
  // An owner tries a newsletter on themselves.
  if (notice.kind === 'newsletter') return channel === 'mail'
  const { preferences, isMailEnded } = known.choices(notice.receiver.id)
  if (channel === 'mail' && isMailEnded) return false
  if (notice.postId !== null && notice.kind !== 'post' && preferences.mutedPosts.includes(notice.postId))
    return false
  return (preferences[channel] as readonly string[]).includes(notice.kind)
}

/** The channels that a notice goes out by. */
export const channelsOf = (notice: Notice, known: Known): Channel[] => {
  const { receiver } = notice
  if (receiver.kind === 'hook') return ['hook']
  if (receiver.kind === 'subscription') return ['mail']
  return (['mail', 'push'] as const).filter((channel) => wants(notice, channel, known))
}

export const effectsOf = (notices: readonly Notice[], known: Known): Effect[] =>
  notices.flatMap((notice) => channelsOf(notice, known).map((channel) => ({ ...notice, channel })))

/** True while the receiver may see what they are told of, and wants it: asked once more right before a message leaves. */
export const isStillDue = (effect: Effect, known: Known): boolean => {
  const { kind, receiver, postId, commentId, personId } = effect
  if (effect.channel !== 'inbox' && !channelsOf(effect, known).includes(effect.channel)) return false
  const role = receiver.kind === 'person' ? known.person(receiver.id)?.role : undefined
  if (receiver.kind === 'person' && role === undefined) return false
  if (receiver.kind === 'subscription') {
    const subscription = known.subscription(receiver.id)
    if (subscription === undefined || subscription.isConfirmed === (kind === 'confirm')) return false
  }
  if (personId !== null && known.person(personId) === undefined) return false
  const comment = commentId === null ? undefined : known.comment(commentId)
  if (commentId !== null && comment === undefined) return false
  switch (kind) {
    case 'held':
      // What a moderator has decided meanwhile is no news; a hook is for those who have its address, not for the public.
      return (
        comment?.status === 'pending' &&
        (receiver.kind === 'hook' || role === 'moderator' || role === 'owner')
      )
    case 'person':
    case 'bounced':
      return receiver.kind === 'hook' || role === 'owner'
    case 'verdict':
      return comment?.status !== 'pending' && receiverText(receiver) === `person:${comment?.authorId}`
    case 'reply':
    case 'comment':
      return comment?.status === 'approved' && known.post(postId ?? '')?.isPublished === true
    case 'post':
    case 'newsletter':
      return known.post(postId ?? '')?.isPublished === true
    default:
      return true
  }
}
