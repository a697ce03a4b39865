import { derivedId } from '@logbook/chassis/ids.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import type { Mention } from '@logbook/contracts/events/mentions.ts'
import { newEvent } from '@logbook/contracts/events/new-event.ts'
import { isVisibleMarkdown } from '@logbook/contracts/visible.ts'
import type { ReceivedMention } from './received.ts'
import type { SourcePage } from './source-page.ts'

/** The id of a mention, which its stream is named by, and of the key that its words are sealed with. */
export const mentionIdsOf = (source: string, postId: string): { id: string; authorId: string } => ({
  id: derivedId('mention', source, postId),
  authorId: derivedId('mention-author', source),
})

/** Text as Markdown that shows it as it is. */
const escaped = (text: string): string => text.replaceAll(/[!-/:-@[-`{-~]/g, '\\$&')

/** What is shown of a page that mentions a post: the title and the beginning of its text, as Markdown. */
const contentOf = ({ title, excerpt }: SourcePage, host: string): string => {
  const shown = [title, excerpt === title ? null : excerpt].flatMap((each) =>
    each === null ? [] : escaped(each),
  )
  const content = shown.join('\n\n')
  return isVisibleMarkdown(content) ? content : escaped(host)
}

const nameOf = ({ author }: SourcePage, host: string): string =>
  (author ?? host).slice(0, bounds.nameCharsMax).trim()

/** What a page that links to the post leads to: nothing if it says what it said before. `at` is RFC 3339. */
export const decideFound =
  ({ id, postId, authorId, source }: ReceivedMention, page: SourcePage, at: string) =>
  (mention: Mention, version: number): readonly DomainEvent[] => {
    const { host } = new URL(source)
    const author = { name: nameOf(page, host), url: source }
    const content = contentOf(page, host)
    const isKnown = mention.status === 'found'
    if (isKnown && mention.author?.name === author.name && mention.content === content) return []
    // What was deleted does not come back: a page that links here again is another comment.
    const commentId = isKnown ? mention.commentId : derivedId('mention-comment', id, version)
    return [newEvent('MentionFound', { id, postId, commentId, authorId, author, content, foundAt: at })]
  }

/** What a page that is gone, or links there no longer, leads to. */
export const decideGone =
  (at: string) =>
  (mention: Mention): readonly DomainEvent[] => {
    if (mention.status !== 'found') return []
    const { id, postId, commentId } = mention
    return [newEvent('MentionGone', { id, postId, commentId, goneAt: at })]
  }
