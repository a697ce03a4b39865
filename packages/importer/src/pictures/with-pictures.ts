import { bounds } from '@logbook/contracts/bounds.ts'
import type { PicturePlace } from '@logbook/contracts/events/posts.ts'
import type { AddressBook } from '../addresses.ts'
import type { Blog, Entry } from '../entry.ts'
import { addressPlaces } from '../markdown/rewrite.ts'
import type { ImportPicture, PictureFinder } from './picture.ts'

type Post = Extract<Entry, { type: 'post' }>
type Note = Extract<Entry, { type: 'note' }>

interface FoundInText {
  uses: PicturePlace[]
  pictures: ImportPicture[]
  /** Addresses that lead to pictures of the blog. */
  found: ReadonlySet<string>
  /** Why pictures of the text stay where they are. */
  faults: string[]
}

type Sought = Omit<PicturePlace, 'mediumId'> & { address: string; alt: string }

/** Where a text has addresses: that of its cover, and those that it shows or links to. */
const soughtIn = ({ content, cover, coverAlt }: Post['item']): Sought[] => [
  ...(cover
    ? [{ as: 'cover' as const, at: 0, was: cover, isBare: false, address: cover, alt: coverAlt ?? '' }]
    : []),
  ...addressPlaces(content).flatMap(({ start, end, address, use: { as, alt }, form }): Sought[] =>
    as === 'offered'
      ? []
      : [{ as, at: start, was: content.slice(start, end), isBare: form === 'bare', address, alt }],
  ),
]

/** The pictures that a text shows, links to, or has as its cover. */
const picturesOf = ({ where, item }: Post, finder: PictureFinder): FoundInText => {
  const text = { where, oldPath: item.formerAddresses?.[0] }
  const known = new Map<string, ReturnType<PictureFinder['find']>>()
  const uses = soughtIn(item).flatMap(({ address, alt, ...place }): PicturePlace[] => {
    const { as } = place
    const key = `${as} ${address}`
    if (!known.has(key)) known.set(key, finder.find(address, { as, alt, text }))
    const picture = known.get(key)
    return typeof picture === 'object' ? [{ mediumId: picture.id, ...place }] : []
  })
  const found = [...known].filter(([, picture]) => typeof picture === 'object')
  const faults = [...known.values()].filter((each) => typeof each === 'string')
  if (uses.length > bounds.importPicturesMax)
    faults.push(
      `has more than ${bounds.importPicturesMax} places with pictures; the others keep their addresses`,
    )
  return {
    ...{ uses: uses.slice(0, bounds.importPicturesMax), faults },
    found: new Set(found.map(([key]) => key.slice(key.indexOf(' ') + 1))),
    pictures: found.flatMap(([, picture]) => (typeof picture === 'object' ? [picture] : [])),
  }
}

/** The pictures of a text that did not come before it, and the text with the ones that it uses. */
function* textWith(post: Post, { uses, pictures, faults }: FoundInText, came: Set<string>): Generator<Entry> {
  const { where } = post
  for (const item of pictures) {
    if (!came.has(item.id)) yield { type: 'picture', where, item }
    came.add(item.id)
  }
  for (const reason of faults) yield { type: 'refused', kind: 'picture', where, reason }
  yield uses.length === 0 ? post : { ...post, pictures: uses }
}

/** Whether all addresses that a note of a text calls lost are of pictures that come with it. */
const isMended = ({ lost = new Set() }: Note, { found }: FoundInText): boolean =>
  [...lost].every((address) => found.has(address))

async function* entriesWith(entries: AsyncIterable<Entry>, finder: PictureFinder): AsyncGenerator<Entry> {
  const came = new Set<string>()
  const left: Extract<Entry, { type: 'skipped' }>[] = []
  let lost: Note | undefined
  for await (const entry of entries) {
    if (entry.type === 'note' && entry.lost === undefined) yield entry
    else if (entry.type === 'note') lost = entry
    else {
      const found = entry.type === 'post' ? picturesOf(entry, finder) : undefined
      if (lost !== undefined && !(found && isMended(lost, found))) yield lost
      lost = undefined
      if (entry.type === 'post' && found !== undefined) yield* textWith(entry, found, came)
      else if (entry.type === 'skipped' && entry.picture !== undefined) left.push(entry)
      else yield entry
    }
  }
  for (const { where, item } of finder.all?.() ?? [])
    if (!came.has(item.id)) {
      came.add(item.id)
      yield { type: 'picture', where, item }
    }
  for (const entry of left)
    if (!came.has(entry.picture ?? '')) yield { ...entry, reason: 'is a picture or file that no text shows' }
}

/**
 * The blog with its pictures: each is an entry before the first text that uses it, and each text names the ones that it uses. What was
 * skipped as a file and is used by a text comes instead.
 */
export const withPictures = (blog: Blog): Blog => {
  const { pictures, entries } = blog
  return pictures === undefined
    ? blog
    : { ...blog, entries: (book: AddressBook) => entriesWith(entries(book), pictures) }
}
