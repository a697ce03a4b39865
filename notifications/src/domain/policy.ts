import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { ofOverdue, ofParked } from './alerts.ts'
import { bringsPost, isImported } from './imported.ts'
import { type Channel, type Effect, type HookName, type Notice, receiverText } from './notice.ts'
import { createNotifier, type Notifier } from './notifier.ts'
import type { CommentView, View } from './view.ts'

const ofPost = (
  event: LogbookEvent<'PostCreated' | 'PostUpdated'>,
  view: View,
  notify: Notifier,
): Notice[] => {
  const { data } = event
  if (data.status !== 'published' || data.kind !== 'post' || view.post(data.id)?.isAnnounced) return []
  if (bringsPost(event) || isImported(data.publishedAt, event.time)) return []
  const about = { postId: data.id }
  const tags = data.tags.flatMap((tag) => view.subscribed({ kind: 'tag', tag }))
  return [
    ...notify.people(
      'post',
      view.peopleWanting('post').filter((id) => id !== data.authorId),
      about,
    ),
    ...notify.subscriptions('post', [...view.subscribed({ kind: 'blog' }), ...tags], about),
    ...notify.hooks('post', about),
  ]
}

/** Notices of a comment that is readable for the first time. */
const ofReadable = (comment: CommentView, view: View, notify: Notifier): Notice[] => {
  const { id: commentId, postId, parentId, authorId } = comment
  const post = view.post(postId)
  if (!post?.isPublished) return []
  const parent = parentId === null ? undefined : view.comment(parentId)
  const answered = parent?.status === 'approved' && parent.authorId !== authorId ? parent.authorId : null
  const replied = answered !== null && view.person(answered) !== undefined ? answered : null
  const writer = post.authorId === authorId || post.authorId === replied ? null : post.authorId
  const about = { postId, commentId }
  const toReply = parentId === null ? [] : view.subscribed({ kind: 'replies', commentId: parentId })
  const toThread = view.subscribed({ kind: 'thread', postId }).filter((id) => !toReply.includes(id))
  const ownIds = (ids: readonly string[]) =>
    ids.filter((id) => authorId === null || view.subscription(id)?.personId !== authorId)
  return [
    ...notify.people('reply', [replied], about),
    ...notify.people('comment', [writer], about),
    ...notify.subscriptions('reply', ownIds(toReply), about),
    ...notify.subscriptions('comment', ownIds(toThread), about),
  ]
}

const ofComment = (event: LogbookEvent<'CommentUpdated'>, view: View, notify: Notifier): Notice[] => {
  const { data } = event
  const before = view.comment(data.id)
  if (data.status === 'deleted' || data.erased || before === undefined) return []
  const about = { postId: before.postId, commentId: before.id }
  const isJudged =
    (data.status === 'approved' && before.status !== 'approved' && before.isHeld) ||
    (data.status === 'rejected' && before.status !== 'rejected' && !before.isAnnounced)
  const author = data.authorId !== null && view.person(data.authorId) ? data.authorId : null
  const toAuthor = isJudged ? notify.people('verdict', [author], about) : []
  const isNews = data.status === 'approved' && !before.isAnnounced
  return [...toAuthor, ...(isNews ? ofReadable(before, view, notify) : [])]
}

const ofVerdict = (event: LogbookEvent<'CommentModerated'>, view: View, notify: Notifier): Notice[] => {
  const { id, postId, status, by, revision } = event.data
  const comment = view.comment(id)
  const isHeld = status === 'pending' && (by.kind === 'rule' || by.kind === 'default')
  if (
    !isHeld ||
    comment === undefined ||
    comment.isAnnounced ||
    comment.isHeld ||
    comment.revision !== revision
  )
    return []
  const judges = view.withRole('moderator', 'owner').filter((person) => person !== comment.authorId)
  const about = { postId, commentId: id }
  return [...notify.people('held', judges, about), ...notify.hooks('held', about)]
}

const ofPerson = (event: LogbookEvent<'UserRegistered'>, view: View, notify: Notifier): Notice[] => {
  const { id, registeredAt } = event.data
  if (view.person(id) !== undefined || isImported(registeredAt, event.time)) return []
  const owners = view.withRole('owner').filter((owner) => owner !== id)
  return [...notify.people('person', owners, { personId: id }), ...notify.hooks('person', { personId: id })]
}

const ofDigest = (event: LogbookEvent<'DigestIssued'>, view: View, notify: Notifier): Notice[] => {
  const isOfBlog = event.data.timeZone === view.blog().timeZone
  const inZone = view
    .peopleWanting('digest')
    .filter((id) => view.choices(id).preferences.timeZone === event.data.timeZone)
  return [
    ...notify.people('digest', inZone, {}),
    ...notify.subscriptions('digest', isOfBlog ? view.subscribed({ kind: 'digest' }) : [], {}),
  ]
}

/**
 * The notices of an event, given the view before it. Pure: the same log gives the same notices. Whether a message is sent for a notice
 * is decided later, by preferences and by what the receiver may see then.
 */
export const noticesOf = (event: LogbookEvent, view: View, hooks: readonly HookName[]): Notice[] => {
  const notify = createNotifier(event, hooks)
  switch (event.type) {
    case 'PostCreated':
    case 'PostUpdated':
      return ofPost(event, view, notify)
    case 'CommentUpdated':
      return ofComment(event, view, notify)
    case 'CommentModerated':
      return ofVerdict(event, view, notify)
    case 'UserRegistered':
      return ofPerson(event, view, notify)
    case 'MailSubscriptionRequested':
      return notify.subscriptions('confirm', [event.data.id], {})
    case 'MailSubscriptionEnded':
    case 'PersonMailEnded':
      return event.data.why === 'bounced' ? notify.people('bounced', view.withRole('owner'), {}) : []
    case 'NewsletterSent':
      return notify.subscriptions('newsletter', view.subscribed({ kind: 'blog' }), {
        postId: event.data.postId,
      })
    case 'DigestIssued':
      return ofDigest(event, view, notify)
    case 'MediaParked':
      return ofParked(event, view, notify)
    case 'BackupOverdue':
      return ofOverdue(view, notify)
    default:
      return []
  }
}

/** Whether a person's preferences include a notice on a channel. */
const wants = (notice: Notice, channel: 'mail' | 'push', view: View): boolean => {
  // The test mail of a newsletter to an owner.
  if (notice.kind === 'newsletter') return channel === 'mail'
  const { preferences, isMailEnded } = view.choices(notice.receiver.id)
  if (channel === 'mail' && isMailEnded) return false
  if (notice.postId !== null && notice.kind !== 'post' && preferences.mutedPosts.includes(notice.postId))
    return false
  return (preferences[channel] as readonly string[]).includes(notice.kind)
}

/** The channels of a notice. */
export const channelsOf = (notice: Notice, view: View): Channel[] => {
  const { receiver } = notice
  if (receiver.kind === 'hook') return ['hook']
  if (receiver.kind === 'feed') return ['websub']
  if (receiver.kind === 'links' || receiver.kind === 'page') return ['webmention']
  if (receiver.kind === 'subscription') return ['mail']
  return (['mail', 'push'] as const).filter((channel) => wants(notice, channel, view))
}

export const effectsOf = (notices: readonly Notice[], view: View): Effect[] =>
  notices.flatMap((notice) => channelsOf(notice, view).map((channel) => ({ ...notice, channel })))

/** True while the receiver wants the message and may see its subject. Checked again right before it is sent. */
export const isStillDue = (effect: Effect, view: View): boolean => {
  const { kind, receiver, postId, commentId, personId, mediumId, eventId } = effect
  if (effect.channel !== 'inbox' && !channelsOf(effect, view).includes(effect.channel)) return false
  const role = receiver.kind === 'person' ? view.person(receiver.id)?.role : undefined
  if (receiver.kind === 'person' && role === undefined) return false
  if (receiver.kind === 'subscription') {
    const subscription = view.subscription(receiver.id)
    if (subscription === undefined || subscription.isConfirmed === (kind === 'confirm')) return false
  }
  if (personId !== null && view.person(personId) === undefined) return false
  const comment = commentId === null ? undefined : view.comment(commentId)
  if (commentId !== null && comment === undefined) return false
  // A hook is private to the owners, not public.
  const isOwners = receiver.kind === 'hook' || role === 'owner'
  switch (kind) {
    case 'held':
      // Obsolete once a moderator has decided.
      return comment?.status === 'pending' && (isOwners || role === 'moderator')
    case 'person':
    case 'bounced':
      return isOwners
    case 'verdict':
      return comment?.status !== 'pending' && receiverText(receiver) === `person:${comment?.authorId}`
    case 'reply':
    case 'comment':
      return comment?.status === 'approved' && view.post(postId ?? '')?.isPublished === true
    case 'post':
    case 'newsletter':
      return view.post(postId ?? '')?.isPublished === true
    case 'job': {
      const failed = view.failedFiles({ eventId, mediumId })
      return failed !== undefined && (isOwners || receiver.id === failed.ownerId)
    }
    case 'backup':
      return isOwners && view.backup().takenAt === view.backup().overdueAt
    default:
      return true
  }
}
