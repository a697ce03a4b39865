import type { Clock } from '@logbook/chassis/clock.ts'
import { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { postEndpoints } from '@logbook/contracts/endpoints/posts.ts'
import { type BlogSettings, evolveSettings, settingsSubject } from '@logbook/contracts/events/settings.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { decideSettings, decodeSettings } from '../domain/settings.ts'
import { settingsHistory } from '../history/settings.ts'

const headers = { 'Cache-Control': 'no-cache' }

interface SettingsOptions {
  bus: Bus
  clock: Clock
  ids: Ids
  source: string
  /** The settings until they are changed for the first time. */
  initial: BlogSettings
}

/** The settings of the blog. They are read from their stream, which is short, and not from a view. */
export const settings = ({ bus, clock, ids, source, initial }: SettingsOptions) => {
  const stream = new CommandHandler({
    ...{ bus, ids, source, initial },
    evolve: evolveSettings,
    decode: decodeSettings,
    dataVersion: currentDataVersion,
  })
  return handlersOf(postEndpoints)({
    async 'GET /settings'() {
      const { state, version, position } = await stream.load(settingsSubject)
      return { body: state, version, position, headers }
    },
    async 'PUT /settings'({ body: wanted, command }, caller) {
      const decide = decideSettings({ wanted, at: clock.now().toISOString(), caller })
      const { state, version, position } = await stream.handle({
        ...command,
        subject: settingsSubject,
        decide,
      })
      return { body: state, version, position }
    },
    async 'GET /settings/history'({ query: { limit, cursor: before } }) {
      const { entries, more } = await settingsHistory(bus, { initial, limit, before })
      const last = entries.at(-1)
      return { body: entries, next: more && last ? { cursor: String(last.version) } : undefined, headers }
    },
  })
}
