import type { Clock } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { ClientAddressOf } from '@logbook/chassis/http/forwarded.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import { type RequestHandler, Router } from 'express'
import type { Auth } from '../auth/auth.ts'
import type { EmailChanges } from '../auth/email-changes.ts'
import type { RefuseGuessable } from '../auth/guessable.ts'
import type { RateLimits } from '../auth/rate-limits.ts'
import type { TokenExchange } from '../auth/token-exchange.ts'
import type { RestoreState } from '../backup/restored.ts'
import type { Snapshots } from '../backup/snapshots.ts'
import type { Config } from '../config.ts'
import type { Erasures } from '../erasure/erasures.ts'
import type { Mailer } from '../mail/mailer.ts'
import type { ApiTokens } from '../people/api-tokens.ts'
import type { Credentials } from '../people/credentials.ts'
import type { Invitations } from '../people/invitations.ts'
import type { LiveCallers } from '../people/live-callers.ts'
import type { Once } from '../people/once.ts'
import type { People } from '../people/people.ts'
import type { Sessions } from '../people/sessions.ts'
import type { Setup } from '../people/setup.ts'
import type { KeyStore } from '../secrets/key-store.ts'
import type { SigningKeys } from '../secrets/signing-keys.ts'
import { routeAuth } from './auth.ts'
import { routeErasures } from './erasures.ts'
import { routeJoining } from './joining.ts'
import { routeOperator } from './operator.ts'
import { refuseForeign, setClientAddress } from './origin.ts'
import { routePeople } from './people.ts'
import { routeSelf } from './self.ts'
import { routeServices } from './services.ts'

export interface RoutesOptions {
  db: Database
  clock: Clock
  ids: Ids
  /** The events that hold something of a person, opened, in log order. */
  eventsOf: (personId: string) => AsyncGenerator<RecordedEvent>
  auth: Auth
  rateLimits: RateLimits
  emailChanges: EmailChanges
  mailer: Mailer
  people: People
  sessions: Sessions
  apiTokens: ApiTokens
  invitations: Invitations
  once: Once
  setup: Setup
  liveCallers: LiveCallers
  follower: { readonly caughtUp: boolean }
  erasures: Erasures
  keys: KeyStore
  snapshots: Snapshots
  restored: Pick<RestoreState, 'guard'>
  signingKeys: SigningKeys
  exchange: TokenExchange
  config: Pick<Config, 'publicUrl' | 'origins' | 'signUp' | 'social'>
  refuseGuessable: RefuseGuessable
  /** False where mails are written to a folder. */
  mailConnected: boolean
  credentials: Credentials
  clientAddressOf: ClientAddressOf
  /** How long an answer takes at least that must not tell whether an address is known, in milliseconds. */
  uniformAnswerMsMin: number
  /** Before a read of what the log said: which events are whose, and who confirmed an erasure. */
  read: RequestHandler
  /** A person came to be, changed or is gone: the log is to be told. */
  onChange: () => void
}

/** HTTP in, HTTP out. */
export const createRoutes = (options: RoutesOptions): Router => {
  const router = Router()
  router.use(setClientAddress(options.clientAddressOf))
  router.use(refuseForeign(new Set([new URL(options.config.publicUrl).origin, ...options.config.origins])))
  router.use(options.restored.guard)
  routeAuth(router, options)
  routeJoining(router, options)
  routeSelf(router, options)
  routePeople(router, options)
  routeErasures(router, options)
  routeServices(router, options)
  routeOperator(router, options)
  return router
}
