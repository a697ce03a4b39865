import { mkdirSync } from 'node:fs'
import { keysOf } from '@logbook/chassis/access/keys.ts'
import { servicesBy } from '@logbook/chassis/access/service-tokens.ts'
import { createVerify } from '@logbook/chassis/access/verify.ts'
import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { allowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { openBus } from '@logbook/chassis/sealing/open-bus.ts'
import type { Service } from '@logbook/chassis/start/run-service.ts'
import { personal } from '@logbook/contracts/personal.ts'
import { createMedia } from './app.ts'
import type { MediaConfig } from './config.ts'
import { source } from './follower.ts'
import { createLocalWorkers } from './jobs/local-workers.ts'
import { migrations } from './read-model/tables.ts'
import { createSpaceCheck } from './storage/free-space.ts'
import { openStorage, placeOf } from './storage/open-storage.ts'

/** Where workers on this machine find a service that listens on this host. */
const reachable = (host: string): string =>
  host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host

/** Media over HTTP, files and storage, as its settings say. */
export const openMedia = async ({
  config,
  logger,
  env: ofService,
}: {
  config: MediaConfig
  logger: Logger
  env: NodeJS.ProcessEnv
}): Promise<Service> => {
  const {
    accountsUrl,
    knownCallers = {},
    uploads,
    storage: { location, env },
  } = config
  const storage = openStorage(location, env)
  mkdirSync(uploads, { recursive: true })
  // What writers that were killed left behind.
  await storage.sweep?.()
  const db = openDatabase({ file: config.database, migrations, durability: 'normal', exclusive: true })
  const workers = createLocalWorkers({
    max: config.workers,
    url: `http://${reachable(config.host)}:${config.port}`,
    logger,
    env: ofService,
  })
  const known = servicesBy(knownCallers)
  const verify = createVerify({
    keys: keysOf(accountsUrl),
    serviceOf: (token) => workers.serviceOf(token) ?? known(token),
  })
  const { bus, close } = openBus({ ...config, source, logger, personal })
  const media = createMedia({
    ...{ bus, db, storage, ids: systemIds, verify, logger, workers, origins: config.origins },
    uploadsFolder: uploads,
    allow: allowedTargets(config.fetchAllow),
    storageFault: createSpaceCheck([location, uploads]),
    place: { storage: placeOf(location), fetchAllow: [...config.fetchAllow] },
    fileBytesMax: config.fileBytesMax,
    personBytesMax: config.personBytesMax,
  })
  return {
    ...media,
    async close() {
      await media.close()
      close()
      await storage.close()
    },
  }
}
