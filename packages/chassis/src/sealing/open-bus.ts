import type { Bus } from '../log/bus.ts'
import { createBusClient } from '../log/bus-client.ts'
import type { Logger } from '../logger.ts'
import { KeyRing } from './key-ring.ts'
import { createKeysClient } from './keys-client.ts'
import type { PersonalData } from './personal-fields.ts'
import { sealedBus } from './sealed-bus.ts'

interface OpenBus {
  busUrl: string
  accountsUrl: string
  /** What is shown to both. */
  serviceToken: string | undefined
  /** Who speaks: `/comments`. */
  source: string
  logger: Logger
  personal: PersonalData
}

interface OpenedBus {
  bus: Bus
  keys: KeyRing
  /** Gives up the connections. */
  close: () => void
}

/** The log over HTTP, with what is somebody's in the clear on this side and sealed on the other, and the keys it is done with. */
export const openBus = ({
  busUrl,
  accountsUrl,
  serviceToken,
  source,
  logger,
  personal,
}: OpenBus): OpenedBus => {
  const keys = new KeyRing(createKeysClient({ url: accountsUrl, token: serviceToken }))
  const client = createBusClient({ url: busUrl, token: serviceToken, source, logger })
  return { bus: sealedBus({ bus: client, keys, personal }), keys, close: () => client.close() }
}
