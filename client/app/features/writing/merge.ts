import { diffArrays } from 'diff'
import { type Draft, tagsOf, tagsTyped } from './draft.ts'

/** Lines, and words of one passage, that may differ and still be compared one by one. */
const linesChangedMax = 1_000
const wordsChangedMax = 400

/** What replaces `items[from..to]` of the common base text. */
interface Hunk {
  from: number
  to: number
  items: readonly string[]
}

/** Items from the first text, and what each side made of them. */
interface Passage {
  base: readonly string[]
  mine: readonly string[]
  theirs: readonly string[]
}

const words = new Intl.Segmenter('en', { granularity: 'word' })
const wordsOf = (text: string): string[] => Array.from(words.segment(text), ({ segment }) => segment)
const linesOf = (text: string): string[] => (text === '' ? [] : text.split(/(?<=\n)/))

const hunksOf = (base: readonly string[], other: readonly string[], changedMax: number): Hunk[] => {
  const changes = diffArrays([...base], [...other], { maxEditLength: changedMax })
  if (changes === undefined) return [{ from: 0, to: base.length, items: other }]
  const hunks: Hunk[] = []
  let at = 0
  for (const { added, removed, value } of changes) {
    const last = hunks.at(-1)
    if (added && last?.to === at) hunks.splice(-1, 1, { ...last, items: [...last.items, ...value] })
    else if (added) hunks.push({ from: at, to: at, items: value })
    else {
      if (removed) hunks.push({ from: at, to: at + value.length, items: [] })
      at += value.length
    }
  }
  return hunks
}

/** The hunks of one side applied to a part of the base. */
const applied = (
  base: readonly string[],
  hunks: readonly Hunk[],
  { from, to }: Pick<Hunk, 'from' | 'to'>,
): string[] => {
  const items: string[] = []
  let at = from
  for (const hunk of hunks) {
    items.push(...base.slice(at, hunk.from), ...hunk.items)
    at = hunk.to
  }
  return [...items, ...base.slice(at, to)]
}

/** How many hunks from `begin` on stand in a region that starts at `from` and ends at `to`. */
const reach = (hunks: readonly Hunk[], begin: number, { from, to }: Pick<Hunk, 'from' | 'to'>): number => {
  let end = begin
  let until = to
  for (let hunk = hunks[end]; hunk && (hunk.from < until || hunk.from === from); hunk = hunks[++end])
    until = Math.max(until, hunk.to)
  return end
}

/** Three-way merge of lists. `onClash` returns the result where both sides changed the same items differently. */
const mergeLists = (
  { base, mine, theirs }: Passage,
  { changedMax, onClash }: { changedMax: number; onClash: (passage: Passage) => readonly string[] },
): string[] => {
  const sides = [hunksOf(base, mine, changedMax), hunksOf(base, theirs, changedMax)] as const
  const merged: string[] = []
  const next: [number, number] = [0, 0]
  let at = 0
  const startOf = (side: 0 | 1): number => sides[side][next[side]]?.from ?? Number.POSITIVE_INFINITY
  for (let from = Math.min(startOf(0), startOf(1)); from < Number.POSITIVE_INFINITY; ) {
    const region = { from, to: from }
    const begun = [...next] as const
    for (let grew = true; grew; ) {
      grew = false
      for (const side of [0, 1] as const) {
        const end = reach(sides[side], next[side], region)
        grew ||= end > next[side]
        next[side] = end
        region.to = Math.max(region.to, sides[side][end - 1]?.to ?? 0)
      }
    }
    const own = ([0, 1] as const).map((side) =>
      applied(base, sides[side].slice(begun[side], next[side]), region),
    )
    const [one = [], other = []] = own
    merged.push(...base.slice(at, from))
    if (next[0] === begun[0]) merged.push(...other)
    else if (next[1] === begun[1] || one.join('\0') === other.join('\0')) merged.push(...one)
    else merged.push(...onClash({ base: base.slice(from, region.to), mine: one, theirs: other }))
    at = region.to
    from = Math.min(startOf(0), startOf(1))
  }
  return [...merged, ...base.slice(at)]
}

/** Merges a passage word by word; undefined where both changed the same words. */
const byWord = ({ base, mine, theirs }: Passage): string | undefined => {
  let clashes = 0
  const asWords = (lines: readonly string[]) => wordsOf(lines.join(''))
  const merged = mergeLists(
    { base: asWords(base), mine: asWords(mine), theirs: asWords(theirs) },
    {
      changedMax: wordsChangedMax,
      onClash: (passage) => {
        clashes += 1
        return passage.mine
      },
    },
  )
  return clashes === 0 ? merged.join('') : undefined
}

interface Texts {
  base: string
  mine: string
  theirs: string
}

/**
 * Merges two texts that began as the same one: by lines, and by words where both changed the same lines. Where both changed
 * the same words, both passages stand one below the other, mine first; `clashes` counts them.
 */
export const mergeTexts = ({ base, mine, theirs }: Texts): { text: string; clashes: number } => {
  let clashes = 0
  const merged = mergeLists(
    { base: linesOf(base), mine: linesOf(mine), theirs: linesOf(theirs) },
    {
      changedMax: linesChangedMax,
      onClash: (passage) => {
        const together = byWord(passage)
        if (together !== undefined) return [together]
        clashes += 1
        const [one, other] = [passage.mine.join(''), passage.theirs.join('')]
        return one === '' || other === '' ? [one, other] : [one.trimEnd(), '\n\n', other]
      },
    },
  )
  return { text: merged.join(''), clashes }
}

/** The one that was changed; mine where both were, which is a clash. */
const mergeField = ({ base, mine, theirs }: Texts): { text: string; clashes: number } => {
  if (mine === base || mine === theirs) return { text: theirs, clashes: 0 }
  return { text: mine, clashes: theirs === base ? 0 : 1 }
}

const mergeTags = ({ base, mine, theirs }: Texts): string => {
  const [before, theirsNow] = [new Set(tagsOf(base)), tagsOf(theirs)]
  const kept = tagsOf(mine).filter((tag) => !before.has(tag) || theirsNow.includes(tag))
  return tagsTyped([...new Set([...kept, ...theirsNow.filter((tag) => !before.has(tag))])])
}

export interface Merged {
  draft: Draft
  /** Passages and fields that both changed in different ways. */
  clashes: number
}

/** Puts two drafts together that began as the same one. */
export const mergeDrafts = ({ base, mine, theirs }: Record<keyof Texts, Draft>): Merged => {
  const of = (name: keyof Draft): Texts => ({
    base: base[name] ?? '',
    mine: mine[name] ?? '',
    theirs: theirs[name] ?? '',
  })
  const content = mergeTexts(of('content'))
  const [title, excerpt, slug, cover, coverAlt, kind, comments, publishAt] = (
    ['title', 'excerpt', 'slug', 'cover', 'coverAlt', 'kind', 'comments', 'publishAt'] as const
  ).map((name) => mergeField(of(name)))
  return {
    draft: {
      title: title?.text ?? mine.title,
      content: content.text,
      tags: mergeTags(of('tags')),
      excerpt: excerpt?.text ?? mine.excerpt,
      slug: slug?.text ?? mine.slug,
      ...(mine.cover === undefined ? {} : { cover: cover?.text ?? mine.cover }),
      ...(mine.coverAlt === undefined ? {} : { coverAlt: coverAlt?.text ?? mine.coverAlt }),
      ...(mine.kind === undefined ? {} : { kind: kind?.text ?? mine.kind }),
      ...(mine.comments === undefined ? {} : { comments: comments?.text ?? mine.comments }),
      ...(mine.publishAt === undefined ? {} : { publishAt: publishAt?.text ?? mine.publishAt }),
    },
    clashes: [content, title, excerpt, slug, cover, coverAlt, kind, comments, publishAt].reduce(
      (sum, each) => sum + (each?.clashes ?? 0),
      0,
    ),
  }
}
