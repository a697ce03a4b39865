import { failedFilesPath, failedFilesSentence } from '@logbook/contracts/failed-files.ts'
import type { InboxNote, OutboxAnswer } from '@logbook/contracts/http/notifications.ts'
import type { Role } from '@logbook/contracts/identity.ts'
import { moderates, writes } from '../page/viewer.ts'

type Kind = InboxNote['kind']

/** The kinds of messages that a role may choose, in words. */
export const kindsFor = (role: Role): readonly (readonly [Kind, string])[] => [
  ['reply', 'Replies to my comments'],
  ['verdict', 'Verdicts on my held comments'],
  ...(writes(role) ? ([['comment', 'Comments on my posts']] as const) : []),
  ...(moderates(role) ? ([['held', 'Comments waiting for a moderator']] as const) : []),
  ...(role === 'owner' ? ([['person', 'People who join']] as const) : []),
  ...(writes(role) ? ([['job', 'Files that could not be processed']] as const) : []),
  ...(role === 'owner' ? ([['backup', 'A backup that is old']] as const) : []),
  ['post', 'New posts'],
  ['digest', 'Weekly digest'],
]

export const channels = [
  ['mail', 'Mail'],
  ['push', 'In this browser'],
] as const

const someone = (name: string | null | undefined): string => name ?? 'Someone'

const failedWords = (file: InboxNote['file'], role: Role | undefined) => {
  const { name = 'A file', count = 1, imported = false } = file ?? {}
  const seesQueue = role !== undefined && moderates(role)
  return {
    text: failedFilesSentence({ name, count, imported }),
    to: failedFilesPath({ imported }, { seesQueue }),
  }
}

/** A notification as text, and its link. */
export const wordsOf = (
  { kind, post, comment, person, file, lastBackupAt }: InboxNote,
  role?: Role,
): { text: string; to: string } => {
  const page = post === null ? '/' : `/posts/${post.slug}`
  const place = comment === null ? page : `${page}#comment-${comment.id}`
  const on = post === null ? '' : ` on “${post.title}”`
  switch (kind) {
    case 'reply':
      return { text: `${someone(comment?.author)} replied to you${on}`, to: place }
    case 'comment':
      return { text: `${someone(comment?.author)} commented${on}`, to: place }
    case 'verdict':
      return {
        text: `Your comment${on} is ${comment?.status === 'approved' ? '' : 'not '}published`,
        to: place,
      }
    case 'held':
      return { text: `A comment${on} waits for a moderator`, to: '/moderation' }
    case 'person':
      return { text: `${someone(person)} has joined`, to: '/people' }
    case 'post':
      return { text: `New: ${post?.title ?? 'a post'}`, to: page }
    case 'digest':
      return { text: 'Weekly digest', to: '/digest' }
    case 'job':
      return failedWords(file, role)
    case 'backup':
      return {
        text: lastBackupAt === null ? 'This blog has no backup yet' : 'The last backup is old',
        to: '/notifications',
      }
    case 'bounced':
      return { text: 'A mail address rejects mail; nothing more is sent to it', to: '/subscribers' }
    default:
      return kind satisfies never
  }
}

const parkedChannels: Readonly<Record<string, string>> = {
  mail: 'Mail',
  push: 'Message to a browser',
  hook: 'Webhook',
}

/** A message that was parked, and why: the code of the last refusal. It names no address. */
export const parkedInWords = ({ channel, kind, attempts, code }: OutboxAnswer['entries'][number]): string => {
  const tries = attempts === 1 ? 'one attempt' : `${attempts} attempts`
  return `${parkedChannels[channel] ?? channel} about “${kind}”, parked after ${tries}: ${code ?? 'unknown'}`
}
