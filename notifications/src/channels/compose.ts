import { digestPath, digestSections } from '@logbook/contracts/digest.ts'
import { failedFilesPath, failedFilesSentence } from '@logbook/contracts/failed-files.ts'
import type { DigestAnswer, DigestRelated } from '@logbook/contracts/http/digest.ts'
import type { Effect } from '../domain/notice.ts'
import type { View } from '../domain/view.ts'
import type { Digests } from '../read-model/digests.ts'
import type { RelatedPosts } from './related-posts.ts'

/** A message in words. `url` is its link. */
export interface Line {
  title: string
  quote: string | null
  /** Below it, why it is there. */
  note?: string
  url: string
  /** Stands above it, at the beginning of a section. */
  heading?: string
}

interface Composing {
  view: View
  /** The public URL of the blog. */
  publicUrl: string
}

const dayMs = 86_400_000

export const postAddress = (publicUrl: string, slug: string): string =>
  `${publicUrl}/posts/${encodeURIComponent(slug)}`

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

/** One line for a burst of files that failed. */
const failedLine = (effect: Effect, { view, publicUrl }: Composing): Line | undefined => {
  const failed = view.failedFiles(effect)
  if (failed === undefined) return undefined
  const { kind, id } = effect.receiver
  const role = kind === 'person' ? view.person(id)?.role : undefined
  const seesQueue = kind === 'hook' || role === 'owner' || role === 'moderator'
  const title = failedFilesSentence(failed)
  return {
    // A hook gets no name of a file, which may be private to its owner.
    title: kind === 'hook' && failed.count === 1 ? 'A file could not be processed' : title,
    quote: failed.reason,
    url: `${publicUrl}${failedFilesPath(failed, { seesQueue })}`,
  }
}

/** The text of an effect, or undefined if its subject is gone. */
export const lineOf = (effect: Effect, { view, publicUrl }: Composing): Line | undefined => {
  const { kind, postId, commentId, personId } = effect
  const post = postId === null ? undefined : view.post(postId)
  const comment = commentId === null ? undefined : view.comment(commentId)
  const page = post === undefined ? publicUrl : postAddress(publicUrl, post.slug)
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
        url: `${publicUrl}/subscribers`,
      }
    case 'job':
      return failedLine(effect, { view, publicUrl })
    case 'digest':
      return { title: `The week on ${view.blog().title}`, quote: null, url: `${publicUrl}/digest` }
    case 'backup':
      return backupLine(effect, { view, publicUrl })
    default:
      return undefined
  }
}

/** The lines of a digest, as its page has them, and behind them the address of that page where it has one. */
const linesOfDigest = (
  digest: DigestAnswer | undefined,
  { publicUrl, blogZone }: { publicUrl: string; blogZone: string },
): Line[] => {
  if (digest === undefined) return []
  const lines = digestSections(digest).flatMap(({ title: heading, entries }) =>
    entries.map(({ title, quote, note, path }, index): Line => {
      const line = { title, quote, url: `${publicUrl}${path}`, ...(note === null ? {} : { note }) }
      return index === 0 ? { ...line, heading } : line
    }),
  )
  const page = {
    title: 'This digest on the blog',
    quote: null,
    url: `${publicUrl}${digestPath(digest.week)}`,
  }
  return lines.length > 0 && digest.timeZone === blogZone ? [...lines, page] : lines
}

interface DigestWriting {
  digests: Pick<Digests, 'ofEvent'>
  relatedPosts: RelatedPosts
  view: Pick<View, 'blog'>
  publicUrl: string
}

/** What mails of digests are written with, by the events of these. */
export const digestWriting = ({ digests, relatedPosts, view, publicUrl }: DigestWriting) => ({
  async relatedOfDigest(eventId: string): Promise<readonly DigestRelated[]> {
    const digest = digests.ofEvent(eventId)
    return digest ? relatedPosts(digest) : []
  },
  digestLines(eventId: string, related: readonly DigestRelated[]): Line[] {
    const digest = digests.ofEvent(eventId)
    const blogZone = view.blog().timeZone
    return linesOfDigest(digest && { ...digest, related: [...related] }, { publicUrl, blogZone })
  },
})
