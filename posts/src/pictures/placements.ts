import type { Clock } from '@logbook/chassis/clock.ts'
import { type Cause, causeOfEvent } from '@logbook/chassis/command/cause.ts'
import type { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { Reactions } from '@logbook/chassis/follow/reactions.ts'
import { derivedId } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { mediaSubject } from '@logbook/contracts/events/media.ts'
import { postSubject } from '@logbook/contracts/events/posts.ts'
import { addressesOf, type MediumAddresses } from '@logbook/contracts/http/medium-addresses.ts'
import { placePictures } from '../domain/place-pictures.ts'
import type { Post, PostEvent } from '../domain/post.ts'
import { createAwaitedMedia } from './awaited-media.ts'

const decode = decodeOf(['MediaFinished', 'MediaDescribed', 'MediaRemoved'])

/** The addresses of a medium as the log has it now; undefined for one that is not made, or was removed. */
const addressesIn = async (bus: Bus, mediumId: string): Promise<MediumAddresses | undefined> => {
  let focus: LogbookEvent<'MediaDescribed'>['data']['focus'] = null
  let made: LogbookEvent<'MediaFinished'>['data'] | undefined
  for (const recorded of await bus.readStream(mediaSubject(mediumId))) {
    const decoded = decode(recorded)
    if (decoded.kind !== 'event') continue
    const { event } = decoded
    if (event.type === 'MediaFinished') made = event.data
    else if (event.type === 'MediaDescribed') focus = event.data.focus
    else made = undefined
  }
  return made && addressesOf({ ...made, focus })
}

interface Owed extends Cause {
  postId: string
  mediumIds: readonly string[]
}

interface PlacementsOptions {
  bus: Bus
  db: Database
  clock: Clock
  logger: Logger
  posts: CommandHandler<Post, PostEvent>
}

/** Puts pictures of imports into their places when they are made, be it by a later import or a retry of their job. */
export const createPlacements = ({ bus, db, clock, logger, posts }: PlacementsOptions) => {
  const awaited = createAwaitedMedia(db)
  const reactions = new Reactions<Owed>({
    ...{ db, logger },
    async react({ id, payload: { postId, mediumIds, ...cause } }) {
      const here = new Map<string, MediumAddresses>()
      for (const mediumId of mediumIds) {
        const addresses = await addressesIn(bus, mediumId)
        if (addresses !== undefined) here.set(mediumId, addresses)
      }
      if (here.size === 0) return
      const at = clock.now().toISOString()
      await posts.handle({
        ...{ ...cause, subject: postSubject(postId), causationId: id },
        decide: (post) => placePictures(post, { kind: 'place', here, at }),
      })
    },
  })
  return {
    reactions,
    apply(event: LogbookEvent<'PostPicturesAwaited' | 'MediaFinished'>): void {
      const { id: eventId, position, data } = event
      const owe = (owed: Omit<Owed, keyof Cause>, id: string) =>
        reactions.due({ id, position, subject: owed.postId, payload: { ...owed, ...causeOfEvent(event) } })
      if (event.type === 'MediaFinished') {
        for (const postId of awaited.postsOf(data.id))
          owe({ postId, mediumIds: [data.id] }, derivedId('place', eventId, postId))
      } else {
        const mediumIds = [...new Set(event.data.pictures.map(({ mediumId }) => mediumId))]
        awaited.set(data.id, mediumIds)
        // One of them may have been made before this was known.
        owe({ postId: data.id, mediumIds }, eventId)
      }
    },
  }
}
