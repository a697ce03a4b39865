import { type Digests, servicesBy } from '@logbook/chassis/access/service-tokens.ts'
import { createVerify } from '@logbook/chassis/access/verify.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { FollowerStatus } from '@logbook/chassis/follow/standing.ts'
import { createHttpApp } from '@logbook/chassis/http/app.ts'
import { createClientAddressOf } from '@logbook/chassis/http/forwarded.ts'
import { readAtPosition } from '@logbook/chassis/http/min-position.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { KeyRing } from '@logbook/chassis/sealing/key-ring.ts'
import { sealedBus } from '@logbook/chassis/sealing/sealed-bus.ts'
import type { Service } from '@logbook/chassis/start/run-service.ts'
import { initialSettings } from '@logbook/contracts/events/settings.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { personal } from '@logbook/contracts/personal.ts'
import { createLocalJWKSet } from 'jose'
import { access } from './access.ts'
import { openAuth, type Passwords } from './auth/auth.ts'
import { emailChangesOf } from './auth/email-changes.ts'
import { createExchange } from './auth/exchange.ts'
import { refuseGuessable } from './auth/guessable.ts'
import { guestCookieOf } from './auth/guest-cookie.ts'
import { createBrakes } from './auth/rate-limits.ts'
import { restoredIn } from './backup/restored.ts'
import { snapshotsOf } from './backup/snapshots.ts'
import type { Config } from './config.ts'
import { description } from './described.ts'
import { decodeUser, evolve, initialTold } from './domain/user.ts'
import { type Erasures, erasuresOf } from './erasure/erasures.ts'
import { eventsOf } from './erasure/person-data.ts'
import { createFollower } from './follower.ts'
import { limits } from './limits.ts'
import type { Post } from './mail/mail.ts'
import { createMailer, type Mailer } from './mail/mailer.ts'
import { createAccountsMetrics } from './metrics.ts'
import { apiTokensOf } from './people/api-tokens.ts'
import { invitationsOf } from './people/invitations.ts'
import { onceOf } from './people/once.ts'
import { peopleOf } from './people/people.ts'
import { type Announcer, createAnnouncer } from './people/publisher.ts'
import { sessionsOf } from './people/sessions.ts'
import { setupLink, setupOf } from './people/setup.ts'
import { standingOf } from './people/standing.ts'
import { waysInOf } from './people/ways-in.ts'
import { createRoutes } from './routes/routes.ts'
import { createKeyStore, type KeyStore } from './secrets/key-store.ts'
import { type MasterKey, openMasterKey } from './secrets/master-key.ts'
import { openSigningKeys, type SigningKeys } from './secrets/signing-keys.ts'
import { blogTitleOf } from './storage/blog-title.ts'
import { keepHouse } from './storage/clean-up.ts'

export const source = '/accounts'

export interface Accounts {
  bus: Bus
  /** As `openAccountsFile` opens it. Closed with the service. */
  db: Database
  clock: Clock
  ids: Ids
  logger: Logger
  post: Post
  config: Pick<Config, 'masterKey' | 'publicUrl' | 'origins' | 'signUp' | 'social'> &
    Partial<Pick<Config, 'smtp' | 'blogTitle'>>
  /** The services and the operator, by the digests of their tokens. */
  knownCallers: Digests
  /** How passwords are hashed, where not by the library's scrypt. */
  passwords?: Passwords | undefined
  /** How long an answer takes at least that must not tell whether an address is known, where not as the limits say. */
  evenAnswerMsMin?: number
}

/** Its own tokens, as others take them: no request to itself for the keys. */
const verifierOf = (
  signingKeys: SigningKeys,
  { knownCallers, clock }: Pick<Accounts, 'knownCallers' | 'clock'>,
) =>
  createVerify({
    keys: (header, token) => createLocalJWKSet(signingKeys.jwks())(header, token),
    serviceOf: servicesBy(knownCallers),
    clock,
  })

const usersOver = (bus: Bus, ids: Ids) =>
  new CommandHandler({
    bus,
    ids,
    source,
    dataVersion: (type: string) => currentDataVersion(type),
    initial: initialTold,
    evolve,
    decode: decodeUser,
  })

/** Who people are does not depend on the log; whom it says was erased does, and what it has lost is to be told again. */
const agreed = <Status extends FollowerStatus>(status: Status) => ({ ready: status.caughtUp, ...status })

/** What `/health` says: how far the log was read, whether keys can be had, whom the log was not told of, and who has not confirmed. */
const healthOf =
  (parts: {
    follower: Pick<ReturnType<typeof createFollower>, 'health'>
    keys: KeyStore
    announcer: Announcer
    erasures: Erasures
    mailer: Mailer
    /** False where mails are written to a folder. */
    connected: boolean
  }) =>
  () => ({
    ...agreed(parts.follower.health()),
    keys: { fault: parts.keys.fault, lost: parts.keys.lost() },
    announcements: parts.announcer.status(),
    erasures: { overdue: parts.erasures.overdue() },
    mail: { connected: parts.connected, ...parts.mailer.status() },
  })

/** What is kept of people, each matter over its own tables. Those of the library must be there. */
const storesOf = ({ db, clock, ids }: Accounts, master: MasterKey) => ({
  people: peopleOf(db),
  sessions: sessionsOf(db),
  apiTokens: apiTokensOf({ db, clock }),
  invitations: invitationsOf({ db, clock }),
  waysIn: waysInOf(db),
  once: onceOf({ db, clock, ids, secret: master.secret('idempotency') }),
})

/** Everything that works in the file, and between it and the log. Nothing is begun. */
const openParts = async (given: Accounts) => {
  const { bus, db, clock, ids, logger, post, config, passwords } = given
  const metrics = createAccountsMetrics(() => mailer.status())
  const blogTitle = blogTitleOf(db, { initial: config.blogTitle ?? initialSettings().title })
  const mailer = createMailer({
    ...{ db, clock, ids, logger, post, onOutcome: metrics.ofMail },
    blogTitle: blogTitle.now,
  })
  const emailChanges = emailChangesOf({ db, clock })
  const master = openMasterKey({ db, source: config.masterKey })
  if (master.fault !== null)
    logger.error(
      { fault: master.fault },
      'the keys of people can’t be had: nothing sealed can be read or written',
    )
  const signingKeys = await openSigningKeys({ db, master, clock })
  const onChange = () => announcer.wake()
  const onOtherLog = () => [users.forget(), announcer.wake()]
  const secret = master.secret('cookies')
  const auth = await openAuth({
    ...{ db, clock, ids, logger, mailer, emailChanges },
    secret,
    config,
    onChange,
    passwords,
  })
  // The tables of people are there from here on.
  const keys = createKeyStore({ db, master, indexed: () => follower.caughtUp })
  const ring = new KeyRing({ fetch: async (people, options) => keys.get(people, options) })
  const unsealing = sealedBus({ bus, keys: ring, personal })
  const restored = restoredIn({ db, knows: () => follower.caughtUp })
  const users = usersOver(unsealing, ids)
  const announcer = createAnnouncer({ db, logger, users })
  const erasures = erasuresOf({ db, keys, ring, mailer, clock, logger })
  erasures.eraseAgain()
  const follower = createFollower({ bus, db, logger, erasures, restored, blogTitle, onOtherLog })
  const stores = storesOf(given, master)
  const standing = standingOf({ db, ...stores, restored })
  const secure = config.publicUrl.startsWith('https:')
  const guests = guestCookieOf({ secret: master.secret('guests'), secure })
  return {
    ...{
      ...stores,
      standing,
      auth,
      mailer,
      emailChanges,
      metrics,
      signingKeys,
      keys,
      announcer,
      erasures,
      follower,
      restored,
      blogTitle,
    },
    exchange: createExchange({ ...stores, auth, guests, signingKeys, clock, ids }),
    house: keepHouse({ ...stores, db, clock, logger, signingKeys, mailer, emailChanges }),
    eventsOf: (personId: string) => eventsOf(personId, { db, bus, keys: ring }),
    onChange,
  }
}

/** Accounts over any bus: who people are, what they may do, and the keys by which they can be forgotten. */
export const createAccounts = async (given: Accounts): Promise<Service> => {
  const { db, clock, ids, logger, config } = given
  const parts = await openParts(given)
  const { follower, announcer, mailer, house, metrics } = parts
  const setup = setupOf({ db, people: parts.people })
  const mailConnected = config.smtp !== undefined
  const app = createHttpApp({
    name: 'accounts',
    logger,
    origins: config.origins,
    router: createRoutes({
      ...{ ...parts, db, clock, ids, config },
      brakes: createBrakes(clock),
      evenAnswerMsMin: given.evenAnswerMsMin ?? limits.evenAnswerMsMin,
      clientAddressOf: createClientAddressOf(given.knownCallers.gateway),
      read: readAtPosition(follower),
      snapshots: snapshotsOf(db),
      setup,
      mailConnected,
      refuseGuessable: refuseGuessable(() => [
        parts.blogTitle.now(),
        new URL(config.publicUrl).hostname,
        'logbook',
      ]),
    }),
    access: { table: access, verify: parts.standing.verify(verifierOf(parts.signingKeys, given)) },
    description,
    health: healthOf({ ...parts, connected: mailConnected }),
    metrics: metrics.registry,
  })
  return {
    app,
    start: () => {
      const link = setupLink(setup, config.publicUrl)
      if (link !== null) logger.info({ link }, 'nobody owns this blog yet: whoever opens the link first does')
      follower.start()
      announcer.start()
      mailer.start()
      house.start()
    },
    async close() {
      await house.stop()
      await follower.stop()
      await announcer.stop()
      await mailer.stop()
      db.close()
    },
  }
}
