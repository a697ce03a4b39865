import type { AddressBook } from '../addresses.ts'
import type { Blog, Entry } from '../entry.ts'
import { rewriteAddresses } from '../markdown/rewrite.ts'
import type { ImportPicture, PictureFinder, PictureUse } from './picture.ts'

type Post = Extract<Entry, { type: 'post' }>
type Note = Extract<Entry, { type: 'note' }>

interface FoundInText {
  uses: PictureUse[]
  pictures: ImportPicture[]
  /** Why pictures of the text stay where they are. */
  faults: string[]
}

/** The pictures that a text shows, links to, or has as its cover. */
const picturesOf = ({ where, item }: Post, finder: PictureFinder): FoundInText => {
  const found: FoundInText = { uses: [], pictures: [], faults: [] }
  const seen = new Set<string>()
  const text = { where, oldPath: item.formerAddresses?.[0] }
  const look = (address: string, as: PictureUse['as'], alt: string): void => {
    if (seen.has(`${as} ${address}`)) return
    seen.add(`${as} ${address}`)
    const picture = finder.find(address, { as, alt, text })
    if (typeof picture === 'string') found.faults.push(picture)
    else if (picture !== undefined) {
      found.uses.push({ id: picture.id, address, as })
      found.pictures.push(picture)
    }
  }
  if (item.cover) look(item.cover, 'cover', item.coverAlt ?? '')
  rewriteAddresses(item.content, {
    change(address, { as, alt }) {
      if (as !== 'offered') look(address, as, alt)
      return address
    },
  })
  return found
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
const isMended = ({ lost = new Set() }: Note, { uses }: FoundInText): boolean => {
  const here = new Set(uses.map(({ address }) => address))
  return [...lost].every((address) => here.has(address))
}

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

/** A text with the addresses of media in place of those of its pictures. `addressOf` is undefined for one that stays where it is. */
export const placePictures = (
  { item, pictures = [] }: Post,
  addressOf: (use: PictureUse) => string | undefined,
): Post['item'] => {
  const here = new Map(pictures.map((use) => [`${use.as} ${use.address}`, addressOf(use)]))
  const content = rewriteAddresses(item.content, {
    change: (address, { as }) => here.get(`${as} ${address}`) ?? address,
  })
  const cover = item.cover ? (here.get(`cover ${item.cover}`) ?? item.cover) : item.cover
  return { ...item, content, ...(cover === undefined ? {} : { cover }) }
}
