import { derivedId } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { isProblem } from '@logbook/chassis/problem.ts'
import type { EventData, EventType } from '@logbook/contracts/events/catalog.ts'
import { newEvent } from '@logbook/contracts/events/new-event.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { source } from './source.ts'

/** Appends an event to a stream that must not exist. Does nothing if another instance was first. */
export const appendOnce = async <Type extends EventType>(
  bus: Pick<Bus, 'append'>,
  type: Type,
  data: EventData<Type>,
): Promise<void> => {
  const event = newEvent(type, data)
  try {
    await bus.append([
      {
        ...event,
        ...{ id: derivedId(source, event.subject), source, expectedversion: 'none' },
        dataversion: currentDataVersion(type),
      },
    ])
  } catch (error) {
    if (!isProblem(error, 'version-conflict') && !isProblem(error, 'id-conflict')) throw error
  }
}
