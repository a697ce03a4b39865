import { isDeepStrictEqual } from 'node:util'
import { bounds } from '@logbook/contracts/bounds.ts'
import type { DomainEvent } from '@logbook/contracts/envelope.ts'
import { newEvent } from '@logbook/contracts/events/new-event.ts'
import type { PostState } from '@logbook/contracts/events/posts.ts'
import type { MediumAddresses } from '@logbook/contracts/http/medium-addresses.ts'
import { carried, type Pictured, type PlacedPicture, placing } from './picture-places.ts'
import { evolve, type Post, type PostEvent, stateOf, type WritablePost } from './post.ts'

/** A text as an import has it, with the places of its pictures; or the media that are here now, by id. */
export type PlaceCommand =
  | { kind: 'place'; source: Pictured & { pictures: readonly PlacedPicture[] }; at: string }
  | { kind: 'place'; here: ReadonlyMap<string, MediumAddresses>; at: string }

/** The places of an imported text that its post has still, without those of media that a text of the post named before: each comes once. */
const arriving = (post: WritablePost, source: Pictured & { pictures: readonly PlacedPicture[] }) => {
  const { awaited = [], mediaHad = [] } = post
  const arrived = carried(source.pictures, source, post).filter(
    ({ mediumId }) => !mediaHad.includes(mediumId),
  )
  const isKnown = ({ as, at }: PlacedPicture) => arrived.some((each) => each.as === as && each.at === at)
  const others = awaited.map((place) => ({ ...place, here: null })).filter((place) => !isKnown(place))
  return [...arrived, ...others].slice(0, bounds.importPicturesMax)
}

const wanted = (post: WritablePost, command: PlaceCommand): PlacedPicture[] =>
  'source' in command
    ? arriving(post, command.source)
    : (post.awaited ?? []).map((place) => ({
        ...place,
        here: command.here.get(place.mediumId)?.[place.as] ?? null,
      }))

/**
 * Puts pictures that came since a text was imported into their places, as an edit of the import: what a person edited stays. Nothing
 * for a post that is gone.
 */
export const placePictures = (post: Post, command: PlaceCommand): DomainEvent[] => {
  if (post.status === 'absent' || post.status === 'deleted') return []
  const { id, awaited: before = [] } = post
  const { content, cover, placed, awaited } = placing(post, wanted(post, command))
  const awaits = newEvent('PostPicturesAwaited', { id, pictures: awaited })
  if (placed.length === 0) return isDeepStrictEqual(awaited, before) ? [] : [awaits]
  const data = {
    ...{ id, editedAt: command.at, by: null, placed },
    ...(content === post.content ? {} : { content }),
    ...(cover === post.cover ? {} : { cover }),
  }
  const after = stateOf(evolve(post, { type: 'PostEdited', data } as PostEvent)) as PostState
  const summary = after.status === 'deleted' ? after : { ...after, imported: true as const }
  const edit = [newEvent('PostEdited', data), newEvent('PostUpdated', summary)]
  return awaited.length === 0 ? edit : [...edit, awaits]
}
