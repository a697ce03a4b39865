import { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { decodeSubscription, evolveSubscription, initialSubscription } from '../domain/mail-subscription.ts'
import { decodePerson, evolvePerson, initialPerson } from '../domain/person.ts'
import { source } from './source.ts'

export type Streams = ReturnType<typeof createStreams>

/** The command handlers of the streams that this service writes. */
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
  return {
    people,
    subscriptions,
    forget(): void {
      people.forget()
      subscriptions.forget()
    },
  }
}
