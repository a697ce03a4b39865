import type { Clock } from '@logbook/chassis/clock.ts'
import { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import { reachPosition } from '@logbook/chassis/http/min-position.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { mediaEndpoints } from '@logbook/contracts/endpoints/media.ts'
import type { LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import { type MediaSettings, mediaSettingsSubject } from '@logbook/contracts/events/media-settings.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { type Ceilings, decideMediaSettings, decodeMediaSettings, within } from '../domain/settings.ts'
import { limits } from '../limits.ts'

interface SettingsOptions {
  bus: Bus
  ids: Ids
  clock: Clock
  source: string
  follower: Parameters<typeof reachPosition>[0]
  /** The settings until they are changed for the first time. */
  initial: MediaSettings
  ceilings: Ceilings
}

const headers = { 'Cache-Control': 'private, no-cache' }

/** The settings of media, read from their stream. A change is answered once the next job is given out by it. */
export const settingsHandlers = ({
  bus,
  ids,
  clock,
  source,
  follower,
  initial,
  ceilings,
}: SettingsOptions) => {
  const stream = new CommandHandler<MediaSettings, LogbookEvent<'MediaSettingsChanged'>>({
    ...{ bus, ids, source, initial, dataVersion: currentDataVersion, decode: decodeMediaSettings },
    evolve: (_before, { data }) => data.settings,
  })
  return handlersOf(mediaEndpoints)({
    async 'GET /media/settings'() {
      const { state, version, position } = await stream.load(mediaSettingsSubject)
      return { body: within(state, ceilings), version, position, headers }
    },
    async 'PUT /media/settings'({ body: wanted, command }, caller) {
      const { state, version, position } = await stream.handle({
        ...command,
        subject: mediaSettingsSubject,
        decide: decideMediaSettings({ wanted, ceilings, at: clock.now().toISOString(), caller }),
      })
      await reachPosition(follower, position, limits.viewMsMax)
      return { body: within(state, ceilings), version, position }
    },
  })
}
