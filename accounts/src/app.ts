import { type Digests, servicesBy } from '@logbook/chassis/access/service-tokens.ts'
import { createVerify } from '@logbook/chassis/access/verify.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { parkedKinds } from '@logbook/chassis/follow/parked.ts'
import type { FollowerStatus } from '@logbook/chassis/follow/standing.ts'
import { createHttpApp } from '@logbook/chassis/http/app.ts'
import { createClientAddressOf } from '@logbook/chassis/http/forwarded.ts'
import { serve } from '@logbook/chassis/http/serve.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { KeyRing } from '@logbook/chassis/sealing/key-ring.ts'
import { sealedBus } from '@logbook/chassis/sealing/sealed-bus.ts'
import type { Service } from '@logbook/chassis/start/run-service.ts'
import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import { initialSettings } from '@logbook/contracts/events/settings.ts'
import { personal } from '@logbook/contracts/personal.ts'
import { createLocalJWKSet } from 'jose'
import { openAuth, type Passwords } from './auth/auth.ts'
import { createEmailChanges } from './auth/email-changes.ts'
import { refuseGuessable } from './auth/guessable.ts'
import { createGuestCookie } from './auth/guest-cookie.ts'
import { createRateLimits } from './auth/rate-limits.ts'
import { createTokenExchange } from './auth/token-exchange.ts'
import { createRestoreState } from './backup/restored.ts'
import { createSnapshots } from './backup/snapshots.ts'
import type { Config } from './config.ts'
import { createErasures, type Erasures } from './erasure/erasures.ts'
import { eventsOf } from './erasure/person-data.ts'
import { createFollower } from './follower.ts'
import { limits } from './limits.ts'
import type { Post } from './mail/mail.ts'
import { createMailer, type Mailer } from './mail/mailer.ts'
import { createAccountsMetrics } from './metrics.ts'
import { createApiTokens } from './people/api-tokens.ts'
import { createCredentials } from './people/credentials.ts'
import { createInvitations } from './people/invitations.ts'
import { createLiveCallers } from './people/live-callers.ts'
import { createOnce } from './people/once.ts'
import { ownPictures } from './people/own-pictures.ts'
import { createPeople } from './people/people.ts'
import { createSessions } from './people/sessions.ts'
import { createSetup, setupLink } from './people/setup.ts'
import { createUserPublisher, createUsers, type UserPublisher } from './people/user-publisher.ts'
import { authHandlers } from './routes/auth.ts'
import { erasureHandlers } from './routes/erasures.ts'
import { joining } from './routes/joining.ts'
import { forOperator } from './routes/operator.ts'
import { refuseForeign, setClientAddress } from './routes/origin.ts'
import { inviting, managing } from './routes/people.ts'
import { ownAccount } from './routes/self.ts'
import { forServices } from './routes/services.ts'
import { createKeyStore, type KeyStore } from './secrets/key-store.ts'
import { type MasterKey, openMasterKey } from './secrets/master-key.ts'
import { openSigningKeys, type SigningKeys } from './secrets/signing-keys.ts'
import { createBlogTitle } from './storage/blog-title.ts'
import { createCleanUp } from './storage/clean-up.ts'

export const source = '/accounts'

export interface Accounts {
  bus: Bus
  /** Opened by `openAccountsFile`. Closed with the service. */
  db: Database
  clock: Clock
  ids: Ids
  logger: Logger
  post: Post
  config: Pick<Config, 'masterKey' | 'publicUrl' | 'origins' | 'signUp' | 'social'> &
    Partial<Pick<Config, 'smtp' | 'blogTitle'>>
  /** The digests of the tokens of services and the operator. */
  knownCallers: Digests
  /** Replaces better-auth's scrypt. */
  passwords?: Passwords | undefined
  /** Replaces the limit of the same name. */
  uniformAnswerMsMin?: number
}

/** Verifies its own access tokens without a request to itself for the keys. */
const verifierOf = (
  signingKeys: SigningKeys,
  { knownCallers, clock }: Pick<Accounts, 'knownCallers' | 'clock'>,
) =>
  createVerify({
    keys: (header, token) => createLocalJWKSet(signingKeys.jwks())(header, token),
    serviceOf: servicesBy(knownCallers),
    clock,
  })

/** Ready once the log has been read: erasures are in it. */
const withReadiness = <Status extends FollowerStatus>(status: Status) => ({
  ready: status.caughtUp,
  ...status,
})

/** `/health`: how far the log was read, faults of keys, unpublished people, unconfirmed erasures, and the mail queue. */
const healthOf =
  (parts: {
    follower: Pick<ReturnType<typeof createFollower>, 'health'>
    keys: KeyStore
    userPublisher: UserPublisher
    erasures: Erasures
    mailer: Mailer
    /** False where mails go to a folder. */
    connected: boolean
  }) =>
  () => ({
    ...withReadiness(parts.follower.health()),
    keys: { fault: parts.keys.fault, lost: parts.keys.lost() },
    announcements: parts.userPublisher.status(),
    erasures: { overdue: parts.erasures.overdue() },
    mail: { connected: parts.connected, ...parts.mailer.status() },
  })

/** The stores of people, each over its own tables. Those of better-auth must exist. */
const openStores = ({ db, clock, ids }: Accounts, master: MasterKey) => ({
  people: createPeople(db),
  sessions: createSessions(db),
  apiTokens: createApiTokens({ db, clock }),
  invitations: createInvitations({ db, clock }),
  credentials: createCredentials(db),
  once: createOnce({ db, clock, ids, secret: master.secret('idempotency') }),
})

/** Opens every part of the service. Starts nothing. */
const openParts = async (given: Accounts) => {
  const { bus, db, clock, ids, logger, post, config, passwords } = given
  const metrics = createAccountsMetrics(() => mailer.status())
  const blogTitle = createBlogTitle(db, { initial: config.blogTitle ?? initialSettings().title })
  const mailer = createMailer({
    ...{ db, clock, ids, logger, post, onOutcome: metrics.ofMail },
    blogTitle: blogTitle.now,
  })
  const emailChanges = createEmailChanges({ db, clock })
  const master = openMasterKey({ db, source: config.masterKey })
  if (master.fault !== null)
    logger.error(
      { fault: master.fault },
      'the keys of people are not available: nothing sealed can be read or written',
    )
  const signingKeys = await openSigningKeys({ db, master, clock })
  const onChange = () => userPublisher.wake()
  const onOtherLog = () => [users.forget(), userPublisher.wake()]
  const secret = master.secret('cookies')
  const auth = await openAuth({
    ...{ db, clock, ids, logger, mailer, emailChanges },
    secret,
    config,
    onChange,
    passwords,
  })
  // From here on, the tables of better-auth exist.
  const keys = createKeyStore({ db, master, indexed: () => follower.caughtUp })
  const ring = new KeyRing({ fetch: async (people, options) => keys.get(people, options) })
  const unsealing = sealedBus({ bus, keys: ring, personal })
  const restored = createRestoreState({ db, isCaughtUp: () => follower.caughtUp })
  const users = createUsers({ bus: unsealing, ids, source })
  const userPublisher = createUserPublisher({ db, logger, users })
  const erasures = createErasures({ db, keys, ring, mailer, clock, logger })
  erasures.eraseAgain()
  const stores = openStores(given, master)
  const onPictureGone = (id: string) => stores.people.dropPicture(id) && userPublisher.wake()
  const followed = { erasures, restored, blogTitle, onPictureGone, onOtherLog }
  const follower = createFollower({ bus, db, logger, ...followed })
  const liveCallers = createLiveCallers({ db, ...stores, restored })
  const secure = config.publicUrl.startsWith('https:')
  const guests = createGuestCookie({ secret: master.secret('guests'), secure })
  return {
    ...{ ...stores, liveCallers, auth, mailer, emailChanges, metrics, signingKeys, keys },
    ...{ userPublisher, erasures, follower, restored, blogTitle },
    exchange: createTokenExchange({ ...stores, auth, guests, signingKeys, clock, ids }),
    cleanUp: createCleanUp({ ...stores, db, clock, logger, signingKeys, mailer, emailChanges }),
    isOwnPicture: ownPictures(unsealing),
    eventsOf: (personId: string) => eventsOf(personId, { db, bus, keys: ring }),
    onChange,
  }
}

/** The accounts service over any bus: people, their roles, and the keys that make them erasable. */
export const createAccounts = async (given: Accounts): Promise<Service> => {
  const { db, clock, ids, logger, config } = given
  const parts = await openParts(given)
  const { follower, userPublisher, mailer, cleanUp, metrics } = parts
  const setup = createSetup({ db, people: parts.people })
  const mailConnected = config.smtp !== undefined
  const { publicUrl } = config
  const all = {
    ...{ ...parts, db, clock, ids, config, setup, mailConnected, publicUrl },
    rateLimits: createRateLimits(clock),
    uniformAnswerMsMin: given.uniformAnswerMsMin ?? limits.uniformAnswerMsMin,
    snapshots: createSnapshots(db),
    refuseGuessable: refuseGuessable(() => [parts.blogTitle.now(), new URL(publicUrl).hostname, 'logbook']),
  }
  const app = createHttpApp({
    name: 'accounts',
    logger,
    origins: config.origins,
    api: serve(
      accountEndpoints,
      {
        verify: parts.liveCallers.verify(verifierOf(parts.signingKeys, given)),
        ...{ ids, follower },
        guard: [
          setClientAddress(createClientAddressOf(given.knownCallers.gateway)),
          refuseForeign(new Set([new URL(publicUrl).origin, ...config.origins])),
          parts.restored.guard,
        ],
      },
      {
        ...{ ...authHandlers(all), ...joining(all), ...ownAccount(all), ...managing(all) },
        ...{ ...inviting(all), ...erasureHandlers(all), ...forServices(all), ...forOperator(all) },
      },
    ),
    health: healthOf({ ...parts, connected: mailConnected }),
    metrics: metrics.registry,
  })
  return {
    app,
    parked: parkedKinds(() => ({ ...follower.parkedKinds(), mail: mailer.parked })),
    start: () => {
      const link = setupLink(setup, config.publicUrl)
      if (link !== null) logger.info({ link }, 'this blog has no owner yet: open the link to become it')
      follower.start()
      userPublisher.start()
      mailer.start()
      cleanUp.start()
    },
    async close() {
      await cleanUp.stop()
      await follower.stop()
      await userPublisher.stop()
      await mailer.stop()
      db.close()
    },
  }
}
