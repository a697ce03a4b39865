import { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import { evolveMention, initialMention } from '@logbook/contracts/events/mentions.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { decodeSubscription, evolveSubscription, initialSubscription } from '../domain/mail-subscription.ts'
import { decodePerson, evolvePerson, initialPerson } from '../domain/person.ts'
import { source } from './source.ts'

/** What a mention needs to know of its post. */
interface KnownPost {
  isPublished: boolean
  /** It takes comments. */
  isOpen: boolean
}
const initialPost: KnownPost = { isPublished: false, isOpen: false }
const evolvePost = (
  _before: KnownPost,
  { data }: LogbookEvent<'PostCreated' | 'PostUpdated'>,
): KnownPost => ({
  isPublished: data.status === 'published',
  isOpen: data.status !== 'deleted' && !data.commentsClosed,
})

export type Streams = ReturnType<typeof createStreams>

/** The command handlers of the streams that this service writes, and of those of posts and slugs, which it reads. */
export const createStreams = ({ bus, ids }: { bus: Bus; ids: Ids }) => {
  const common = { bus, ids, source, dataVersion: currentDataVersion }
  const people = new CommandHandler({
    ...common,
    initial: initialPerson,
    evolve: evolvePerson,
    decode: decodePerson,
  })
  const subscriptions = new CommandHandler({
    ...common,
    initial: initialSubscription,
    evolve: evolveSubscription,
    decode: decodeSubscription,
  })
  const mentions = new CommandHandler({
    ...{ ...common, initial: initialMention, evolve: evolveMention },
    decode: decodeOf(['MentionFound', 'MentionGone']),
  })
  const slugs = new CommandHandler<string | undefined, LogbookEvent<'SlugReserved'>>({
    ...{ ...common, initial: undefined, decode: decodeOf(['SlugReserved']) },
    evolve: (_before, { data }) => data.postId,
  })
  const posts = new CommandHandler({
    ...{ ...common, initial: initialPost, evolve: evolvePost },
    decode: decodeOf(['PostCreated', 'PostUpdated']),
  })
  return {
    mentions,
    posts,
    slugs,
    people,
    subscriptions,
    forget(): void {
      mentions.forget()
      posts.forget()
      slugs.forget()
      people.forget()
      subscriptions.forget()
    },
  }
}
