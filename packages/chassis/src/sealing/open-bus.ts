import type { Bus } from '../log/bus.ts'
import { type BusClientOptions, createBusClient } from '../log/bus-client.ts'
import { KeyRing } from './key-ring.ts'
import { createKeysClient } from './keys-client.ts'
import type { PersonalData } from './personal-fields.ts'
import { sealedBus } from './sealed-bus.ts'

interface OpenBus extends BusClientOptions {
  /** Where the keys of people are, without a slash at the end. It is shown the same token as the bus. */
  accountsUrl: string
  personal: PersonalData
}

/** The log over HTTP, with what is somebody's in the clear on this side and sealed on the other, and the keys it is done with. */
export const openBus = ({ accountsUrl, personal, ...options }: OpenBus): { bus: Bus; keys: KeyRing } => {
  const keys = new KeyRing(createKeysClient({ url: accountsUrl, token: options.token }))
  return { bus: sealedBus({ bus: createBusClient(options), keys, personal }), keys }
}
