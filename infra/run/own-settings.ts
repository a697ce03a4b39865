import { join } from 'node:path'
import type { ServiceName } from '@logbook/contracts/services.ts'

/** What of a place these settings follow from. */
interface Own {
  dataFolder: string
  newAccounts?: boolean
  newLog?: boolean
}

/** Where services keep what is theirs alone in a data folder, beside the file that each has. */
const places: { readonly [Name in ServiceName]?: (place: Own) => Record<string, string> } = {
  accounts: ({ dataFolder, newAccounts }) => ({
    MASTER_KEY_FILE: process.env.MASTER_KEY_FILE || join(dataFolder, 'secrets', 'master-key'),
    OUTBOX: join(dataFolder, 'outbox'),
    ...(newAccounts ? { NEW_ACCOUNTS: 'allowed' } : {}),
  }),
  notifications: ({ dataFolder }) => ({
    OUTBOX: join(dataFolder, 'outbox'),
    VAPID_FILE: join(dataFolder, 'secrets', 'vapid.json'),
  }),
  // Files of people, which no log rebuilds, and what is on its way to them.
  media: ({ dataFolder }) => ({
    MEDIA_STORAGE: process.env.MEDIA_STORAGE || join(dataFolder, 'media'),
    MEDIA_UPLOADS: join(dataFolder, 'uploads'),
  }),
  // Places of subscribers: they are the log's to keep.
  'event-bus': ({ dataFolder, newLog }) => ({
    SUBSCRIPTIONS_DATABASE: join(dataFolder, 'subscriptions.sqlite'),
    ...(newLog ? { NEW_LOG: 'allowed' } : {}),
  }),
}

/** What a service is told of its own places. */
export const ownSettingsOf = (name: ServiceName, place: Own): Record<string, string> =>
  places[name]?.(place) ?? {}
