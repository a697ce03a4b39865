import { bounds } from '@logbook/contracts/bounds.ts'
import type { PicturePlace } from '@logbook/contracts/events/posts.ts'
import { limits } from '../limits.ts'

/** What an imported picture can stand in. */
export interface Pictured {
  content: string
  cover: string | null
}

/** A place with the address of its medium; null while there is none. */
export interface PlacedPicture extends PicturePlace {
  here: string | null
}

const mediumIn = /\/api\/media\/([0-9a-f-]{36})\//g

/** The media of this blog that a text names. */
export const mediaOf = ({ content, cover }: Pictured): string[] => [
  ...new Set(Array.from(`${content}\n${cover ?? ''}`.matchAll(mediumIn), ([, id = '']) => id)),
]

const begins = /[\s("'<=,:[\]]/
const ends = /[\s)"'>,\]]/

/** Whether an address stands by itself at a place, as it did where it was found: not as a part of another. */
const isWhole = (text: string, at: number, was: string): boolean => {
  const [before = ' ', after = ' '] = [text[at - 1], text[at + was.length]]
  return begins.test(before) && ends.test(after)
}

/** Where an address stands by itself in a part of a text. */
const placesOf = (text: string, was: string, [from, to]: readonly [number, number]): number[] => {
  const found: number[] = []
  for (let at = text.indexOf(was, from); at >= 0 && at + was.length <= to; at = text.indexOf(was, at + 1))
    if (isWhole(text, at, was)) found.push(at)
  return found
}

const between = /[\s()<>"']/

/** How many characters two texts share at their beginnings, and then at their ends, up to whole words and addresses. */
const sharedEnds = (from: string, to: string): { start: number; end: number } => {
  const max = Math.min(from.length, to.length)
  let start = 0
  while (start < max && from[start] === to[start]) start += 1
  let end = 0
  while (end < max - start && from[from.length - 1 - end] === to[to.length - 1 - end]) end += 1
  while (start > 0 && !between.test(from[start - 1] ?? '')) start -= 1
  while (end > 0 && !between.test(from[from.length - end] ?? '')) end -= 1
  return { start, end }
}

/**
 * The places of one text in another that was made of it. A place outside of what changed stays; within, an address keeps its places
 * where it stands as often as before. Other places were edited, and belong to who did it.
 */
export const carried = <Place extends PicturePlace>(
  places: readonly Place[],
  from: Pictured,
  to: Pictured,
): Place[] => {
  const covers = places.filter(({ as, was }) => as === 'cover' && was === to.cover)
  const inText = places.filter(({ as }) => as !== 'cover')
  if (from.content === to.content || inText.length === 0) return [...covers, ...inText]
  const { start, end } = sharedEnds(from.content, to.content)
  const touched = inText.filter(({ at, was }) => at + was.length > start && at < from.content.length - end)
  const first = Math.min(start, ...touched.map(({ at }) => at))
  const last = Math.max(from.content.length - end, ...touched.map(({ at, was }) => at + was.length))
  const growth = to.content.length - from.content.length
  const stays = new Map<string, Map<number, number>>()
  for (const { was } of touched) {
    if (stays.has(was)) continue
    const before = placesOf(from.content, was, [first, last])
    const after = placesOf(to.content, was, [first, last + growth])
    stays.set(was, new Map(before.length === after.length ? before.map((at, n) => [at, after[n] ?? 0]) : []))
  }
  return [
    ...covers,
    ...inText.flatMap((place) => {
      if (!touched.includes(place)) return [place.at < first ? place : { ...place, at: place.at + growth }]
      const at = stays.get(place.was)?.get(place.at)
      return at === undefined ? [] : [{ ...place, at }]
    }),
  ]
}

interface Change {
  at: number
  length: number
  text: string
}

/** A picture of this blog brings its own widths: those of the `<img>` around a place are other pictures. */
const oldWidths = (content: string, { at }: PicturePlace): Change[] => {
  const before = content.slice(Math.max(0, at - limits.tagCharsMax), at).lastIndexOf('<img')
  const open = before < 0 ? before : before + Math.max(0, at - limits.tagCharsMax)
  const close = content.indexOf('>', at)
  if (open < 0 || close < 0 || !/^<img\s(?:[^<>]*\s)?src\s*=\s*["']?$/i.test(content.slice(open, at)))
    return []
  const tag = content.slice(open, close)
  return Array.from(
    tag.matchAll(/\s(?:srcset|sizes)\s*=\s*(?:"[^"]*"|'[^']*')/gi),
    ({ 0: found, index }) => ({
      ...{ at: open + index, length: found.length, text: '' },
    }),
  )
}

const written = ({ was, isBare }: PicturePlace, here: string): string =>
  isBare ? `[${was.replace(/^<|>$/g, '')}](${here})` : here

/** All changes, from the first to the last, and how far each place that stays has moved. */
const changedBy = (content: string, changes: readonly Change[]) => {
  const parts: string[] = []
  const kept: Change[] = []
  let from = 0
  for (const change of changes.toSorted((one, other) => one.at - other.at)) {
    if (change.at < from) continue
    parts.push(content.slice(from, change.at), change.text)
    from = change.at + change.length
    kept.push(change)
  }
  const movedBy = (at: number): number =>
    kept.reduce((sum, each) => (each.at < at ? sum + each.text.length - each.length : sum), 0)
  return { content: parts.join('') + content.slice(from), movedBy }
}

export interface Placing extends Pictured {
  /** The media that are in their places now. */
  placed: string[]
  /** The places of this text that still wait. */
  awaited: PicturePlace[]
}

const plain = ({ here: _, ...place }: PlacedPicture): PicturePlace => place

/** A text with the addresses of those pictures that are here. A text that would become too long by them stays as it is, and waits for none. */
export const placing = (text: Pictured, places: readonly PlacedPicture[]): Placing => {
  const inText = places.filter(({ as, at, was }) => as !== 'cover' && text.content.startsWith(was, at))
  const changes = inText.flatMap((place) =>
    place.here === null
      ? []
      : [
          { at: place.at, length: place.was.length, text: written(place, place.here) },
          ...(place.as === 'shown' ? oldWidths(text.content, place) : []),
        ],
  )
  const { content, movedBy } = changedBy(text.content, changes)
  if (content.length > bounds.contentCharsMax) return { ...text, placed: [], awaited: [] }
  const [cover] = places.filter(({ as, was }) => as === 'cover' && was === text.cover)
  const placed = [...inText, ...(cover ? [cover] : [])].filter(({ here }) => here !== null)
  return {
    content,
    cover: cover?.here ?? text.cover,
    placed: [...new Set(placed.map(({ mediumId }) => mediumId))],
    awaited: [
      ...(cover?.here === null ? [plain(cover)] : []),
      ...inText
        .filter(({ here }) => here === null)
        .map((place) => ({ ...plain(place), at: place.at + movedBy(place.at) }))
        .toSorted((one, other) => one.at - other.at),
    ],
  }
}
