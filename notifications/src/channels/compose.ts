import type { DigestAnswer } from '@logbook/contracts/http/notifications.ts'
import type { Effect } from '../domain/notice.ts'
import type { View } from '../domain/view.ts'

/** A message in words. `url` is its link. */
export interface Line {
  title: string
  quote: string | null
  url: string
}

interface Composing {
  view: View
  /** The public URL of the blog. */
  publicUrl: string
}

const dayMs = 86_400_000

const someone = (name: string | null | undefined): string => name ?? 'Someone'

/** A gentle hint where there was no backup yet, and a reminder where the last one is old. */
const backupLine = ({ at }: Effect, { view, publicUrl }: Composing): Line => {
  const { takenAt } = view.backup()
  const days = takenAt === null ? 0 : Math.floor((Date.parse(at) - Date.parse(takenAt)) / dayMs)
  return {
    title: takenAt === null ? 'This blog has no backup yet' : `The last backup is ${days} days old`,
    quote: 'Make one with “npm run backup -- <folder>” on the machine that runs the blog.',
    url: `${publicUrl}/notifications`,
  }
}

/** The text of an effect, or undefined if its subject is gone. */
export const lineOf = (effect: Effect, { view, publicUrl }: Composing): Line | undefined => {
  const { kind, postId, commentId, personId, mediumId } = effect
  const post = postId === null ? undefined : view.post(postId)
  const comment = commentId === null ? undefined : view.comment(commentId)
  const page = post === undefined ? publicUrl : `${publicUrl}/posts/${encodeURIComponent(post.slug)}`
  const place = comment === undefined ? page : `${page}#comment-${comment.id}`
  const on = post === undefined ? '' : ` on “${post.title}”`
  const by = someone(comment?.authorName)
  switch (kind) {
    case 'reply':
      return comment && { title: `${by} replied${on}`, quote: comment.excerpt, url: place }
    case 'comment':
      return comment && { title: `${by} commented${on}`, quote: comment.excerpt, url: place }
    case 'verdict':
      return (
        comment && {
          title:
            comment.status === 'approved'
              ? `Your comment${on} is published`
              : `Your comment${on} is not published`,
          quote: comment.excerpt,
          url: place,
        }
      )
    case 'held':
      return { title: `A comment${on} waits for a moderator`, quote: null, url: `${publicUrl}/moderation` }
    case 'person': {
      const name = personId === null ? null : view.person(personId)?.name
      return {
        title: `${someone(name)} has joined ${view.blog().title}`,
        quote: null,
        url: `${publicUrl}/people`,
      }
    }
    case 'post':
    case 'newsletter':
      return post && { title: post.title, quote: post.excerpt, url: page }
    case 'bounced':
      return {
        title: 'A mail address rejects mail: nothing more is sent to it',
        quote: null,
        url: `${publicUrl}/notifications`,
      }
    case 'job': {
      const medium = view.medium(mediumId ?? '')
      // A hook gets no name of a file, which may be private to its owner.
      const name = effect.receiver.kind === 'hook' ? 'A file' : `“${medium?.name}”`
      return (
        medium && {
          title: `${name} could not be processed`,
          quote: medium.parkedFor,
          url: `${publicUrl}/media`,
        }
      )
    }
    case 'backup':
      return backupLine(effect, { view, publicUrl })
    default:
      return undefined
  }
}

/** The lines of a digest: its posts by number of comments, then its best comments. */
export const linesOfDigest = (digest: DigestAnswer | undefined, publicUrl: string): Line[] => {
  if (digest === undefined) return []
  const page = (slug: string) => `${publicUrl}/posts/${encodeURIComponent(slug)}`
  return [
    ...digest.posts.map(({ slug, title, comments }) => ({
      title: `${title} (${comments === 1 ? 'one comment' : `${comments} comments`})`,
      quote: null,
      url: page(slug),
    })),
    ...digest.comments.map(({ id, author, excerpt, post }) => ({
      title: `${someone(author)} on “${post.title}”`,
      quote: excerpt,
      url: `${page(post.slug)}#comment-${id}`,
    })),
  ]
}
