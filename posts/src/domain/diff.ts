import type { LivePost } from '@logbook/contracts/events/posts.ts'
import type { DiffBlock, DiffPart, PostDiff } from '@logbook/contracts/http/post-history.ts'
import { type ChangeObject, diffArrays, diffLines } from 'diff'
import { limits } from '../limits.ts'

const words = new Intl.Segmenter('en', { granularity: 'word' })
const wordsOf = (text: string): string[] => Array.from(words.segment(text), ({ segment }) => segment)

const kindOf = ({ added, removed }: ChangeObject<unknown>): DiffPart['kind'] =>
  added ? 'added' : removed ? 'removed' : 'same'

/** All of one text removed, all of the other added. */
const replaced = (from: string, to: string): DiffPart[] =>
  [{ kind: 'removed', text: from } as const, { kind: 'added', text: to } as const].filter(
    ({ text }) => text !== '',
  )

/** Compares two texts word by word; texts with little in common are replaced as a whole. */
const byWord = (from: string, to: string): DiffPart[] => {
  if (from === '' || to === '') return replaced(from, to)
  const changes = diffArrays(wordsOf(from), wordsOf(to), { maxEditLength: limits.diffWordsMax })
  return (
    changes?.map((change) => ({ kind: kindOf(change), text: change.value.join('') })) ?? replaced(from, to)
  )
}

const linesOf = (text: string): string[] => text.split(/(?<=\n)/)

/** Keeps the unchanged lines beside a change. */
const shortened = (text: string, { isFirst, isLast }: { isFirst: boolean; isLast: boolean }): DiffBlock[] => {
  const lines = linesOf(text)
  const before = isFirst ? 0 : limits.diffContextLines
  const after = isLast ? 0 : limits.diffContextLines
  const skipped = lines.length - before - after
  // A note that one line is left out would take a line itself.
  if (skipped <= 1) return [{ kind: 'same', text }]
  const kept = (part: string[]): DiffBlock[] =>
    part.length === 0 ? [] : [{ kind: 'same', text: part.join('') }]
  return [
    ...kept(lines.slice(0, before)),
    { kind: 'skipped', lines: skipped },
    ...kept(lines.slice(lines.length - after)),
  ]
}

/** Compares two texts by lines, and changed lines by words; empty for equal texts. */
export const diffOfTexts = (from: string, to: string): DiffBlock[] => {
  if (from === to) return []
  const changes = diffLines(from, to, { maxEditLength: limits.diffLinesMax })
  if (changes === undefined) return [{ kind: 'changed', parts: replaced(from, to) }]
  const blocks: DiffBlock[] = []
  for (const [index, change] of changes.entries()) {
    const before = changes[index - 1]
    if (kindOf(change) === 'same')
      blocks.push(...shortened(change.value, { isFirst: index === 0, isLast: index === changes.length - 1 }))
    else if (change.added && before?.removed)
      blocks.splice(-1, 1, { kind: 'changed', parts: byWord(before.value, change.value) })
    else blocks.push({ kind: 'changed', parts: [{ kind: kindOf(change), text: change.value }] })
  }
  return blocks
}

const diffOfTags = (from: readonly string[], to: readonly string[]): DiffPart[] =>
  diffArrays([...from], [...to]).flatMap((change) =>
    change.value.map((text) => ({ kind: kindOf(change), text })),
  )

/** `2026-12-03 09:00 UTC`. */
export const timeWords = (at: string): string => `${at.slice(0, 16).replace('T', ' ')} UTC`

const plannedWords = ({ publishAt }: LivePost): string => (publishAt ? timeWords(publishAt) : '')

const commentsWords = ({ commentsClosed }: LivePost): string => (commentsClosed ? 'closed' : 'open')

/** The fields that differ between two states of a post. */
export const diffOfPosts = (from: LivePost, to: LivePost): Pick<PostDiff, 'fields' | 'content'> => {
  const fields = [
    { field: 'title', parts: byWord(from.title, to.title) },
    { field: 'slug', parts: byWord(from.slug, to.slug) },
    { field: 'excerpt', parts: byWord(from.excerpt ?? '', to.excerpt ?? '') },
    { field: 'tags', parts: diffOfTags(from.tags, to.tags) },
    { field: 'kind', parts: from.kind === to.kind ? [] : replaced(from.kind, to.kind) },
    { field: 'cover', parts: from.cover === to.cover ? [] : replaced(from.cover ?? '', to.cover ?? '') },
    { field: 'coverAlt', parts: byWord(from.coverAlt, to.coverAlt) },
    {
      field: 'commentsClosed',
      parts:
        from.commentsClosed === to.commentsClosed ? [] : replaced(commentsWords(from), commentsWords(to)),
    },
    {
      field: 'publishAt',
      parts: from.publishAt === to.publishAt ? [] : replaced(plannedWords(from), plannedWords(to)),
    },
    { field: 'status', parts: from.status === to.status ? [] : replaced(from.status, to.status) },
  ] as const
  const isChanged = ({ parts }: { parts: readonly DiffPart[] }) => parts.some(({ kind }) => kind !== 'same')
  return {
    fields: fields.filter(isChanged).map(({ field, parts }) => ({ field, parts: [...parts] })),
    content: diffOfTexts(from.content, to.content),
  }
}
