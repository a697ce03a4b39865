import { passkey } from '@better-auth/passkey'
import { type Clock, latest } from '@logbook/chassis/clock.ts'
import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import type { PasswordLink } from '@logbook/contracts/http/account-answers.ts'
import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { Kysely, SqliteDialect } from 'kysely'
import type { Config } from '../config.ts'
import { limits } from '../limits.ts'
import type { Mailer } from '../mail/mailer.ts'
import { newSecret } from '../secrets/secret.ts'
import { authUrl } from './auth-url.ts'
import { isConfirmationAlive } from './confirmations.ts'
import type { EmailChanges } from './email-changes.ts'
import { forgetTokens, hooks } from './hooks.ts'
import { mailing } from './mailing.ts'

export interface AuthOptions {
  db: Database
  clock: Clock
  ids: Ids
  logger: Logger
  mailer: Mailer
  emailChanges: EmailChanges
  /** Signs cookies and links. */
  secret: Buffer
  config: Pick<Config, 'publicUrl' | 'origins' | 'signUp' | 'social'>
  /** Called when a person was added or changed. */
  onChange: () => void
  /** Replaces better-auth's scrypt, which takes a tenth of a second by design. */
  passwords?: Passwords | undefined
}

/** How passwords are hashed and compared. `hash` is the text that is stored. */
export interface Passwords {
  hash(password: string): Promise<string>
  verify(given: { hash: string; password: string }): Promise<boolean>
}

/** The session of a cookie. */
export interface SessionOf {
  /** Undefined where there is none, or it has expired. */
  session: { personId: string; sessionId: string } | undefined
  /** Set-Cookie headers: the cookie again where the session was prolonged, its deletion where the session has ended. */
  setCookie: string[]
}

export interface Auth {
  /** Answers a request to one of better-auth's own paths below /auth. */
  handle(request: Request): Promise<Response>
  /** The session of a Cookie header. */
  sessionOf(cookie: string): Promise<SessionOf>
  /** Signs a person in with a password. Resolves with the Set-Cookie headers. */
  signIn(credentials: { email: string; password: string }, headers: Headers): Promise<string[]>
  /** The person whose password a reset link sets; undefined for an unknown or expired token. The token stays valid. */
  personOfReset(token: string): Promise<string | undefined>
  hashPassword(password: string): Promise<string>
  /** True for a token of a confirmation link that better-auth signed and that has not expired by either clock. */
  isConfirmationAlive(token: string): Promise<boolean>
  /** True also for a person without a password. */
  isPasswordOf(personId: string, given: string | undefined): Promise<boolean>
  /** A link with which a person sets a password, to be handed over where mail does not work. */
  passwordLink(personId: string): Promise<PasswordLink>
}

const hours = 3_600
const days = 24 * hours

const optionsOf = (given: AuthOptions, resetLink: (id: string) => Promise<string>) => {
  const { db, ids, logger, secret, config, onChange, passwords } = given
  const { publicUrl, origins, signUp, social } = config
  const closed = signUp === 'invited'
  const { emailVerification, emailAndPassword } = mailing(given, resetLink)
  const trusted = [...new Set([new URL(publicUrl).origin, ...origins])]
  return {
    appName: 'Logbook',
    baseURL: authUrl(publicUrl),
    secret: secret.toString('base64url'),
    // No transactions: one of better-auth's would span ticks and include other writes of this process.
    database: {
      db: new Kysely({ dialect: new SqliteDialect({ database: db }) }),
      type: 'sqlite',
      transaction: false,
    },
    trustedOrigins: trusted,
    emailVerification,
    emailAndPassword: {
      ...emailAndPassword,
      ...(passwords ? { password: passwords } : {}),
      enabled: true,
      disableSignUp: closed,
      requireEmailVerification: true,
      autoSignIn: false,
      minPasswordLength: bounds.passwordCharsMin,
      maxPasswordLength: bounds.passwordCharsMax,
      resetPasswordTokenExpiresIn: limits.resetMinutesMax * 60,
      revokeSessionsOnPasswordReset: true,
    },
    socialProviders: Object.fromEntries(
      Object.entries(social).map(([name, keys]) => [
        name,
        // An address that the other site did not confirm is confirmed here.
        { ...keys, disableSignUp: closed, requireEmailVerification: true },
      ]),
    ),
    user: {
      changeEmail: { enabled: true },
      additionalFields: {
        role: { type: 'string', required: true, defaultValue: 'reader', input: false },
        roleBy: { type: 'string', required: false, input: false, returned: false },
      },
    },
    session: {
      expiresIn: limits.sessionDaysMax * days,
      updateAge: limits.sessionProlongHours * hours,
      cookieCache: { enabled: false },
    },
    verification: { storeIdentifier: 'hashed' },
    databaseHooks: hooks(onChange),
    account: { updateAccountOnSignIn: false },
    plugins: [passkey({ rpID: new URL(publicUrl).hostname, rpName: 'Logbook', origin: trusted })],
    // This service has rate limits of its own, by account and by network.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    onAPIError: { errorURL: `${publicUrl}/sign-in` },
    logger: {
      level: 'error',
      // Its other arguments may hold what a person typed.
      log: (level, message) =>
        logger[level === 'error' ? 'warn' : 'debug']({ library: 'better-auth' }, message),
    },
    advanced: {
      cookiePrefix: 'logbook',
      useSecureCookies: publicUrl.startsWith('https:'),
      database: { generateId: () => ids.next() },
      ipAddress: { ipAddressHeaders: ['x-forwarded-for'] },
    },
  } satisfies BetterAuthOptions
}

const signInRequest = (publicUrl: string, body: object, headers: Headers): Request =>
  new Request(`${authUrl(publicUrl)}/sign-in/email`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Origin: new URL(publicUrl).origin,
      'X-Forwarded-For': headers.get('X-Forwarded-For') ?? '',
      'User-Agent': headers.get('User-Agent') ?? '',
    },
    body: JSON.stringify(body),
  })

/** Opens better-auth over the accounts file, and migrates its tables. */
export const openAuth = async (given: AuthOptions): Promise<Auth> => {
  const { publicUrl } = given.config
  const passwordLink = async (id: string): Promise<PasswordLink> => {
    const token = newSecret()
    const expiresAt = new Date(given.clock.now().getTime() + limits.resetMinutesMax * 60_000)
    await (await library.$context).internalAdapter.createVerificationValue({
      identifier: `reset-password:${token}`,
      value: id,
      expiresAt,
    })
    return { link: `${publicUrl}/reset-password?token=${token}`, expiresAt: expiresAt.toISOString() }
  }
  const options = optionsOf(given, async (id) => (await passwordLink(id)).link)
  // Before `betterAuth`, which checks the tables.
  const { runMigrations } = await getMigrations(options)
  await runMigrations()
  forgetTokens(given.db)
  const library = betterAuth(options)
  const { password } = await library.$context
  const passwordHash = given.db
    .prepare<[string], string>('SELECT password FROM account WHERE userId = ? AND password IS NOT NULL')
    .pluck()
  const forgetSecrets = given.db.prepare<[string]>('DELETE FROM verification WHERE expiresAt <= ?')
  // better-auth reads only the wall clock, which may have been set back: expired secrets are deleted before it looks.
  const endSecrets = () => void forgetSecrets.run(new Date(latest(given.clock)).toISOString())
  return {
    handle(request) {
      endSecrets()
      return library.handler(request)
    },
    async sessionOf(cookie) {
      const { response, headers } = await library.api.getSession({
        headers: new Headers({ cookie }),
        returnHeaders: true,
      })
      if (response === null) return { session: undefined, setCookie: headers.getSetCookie() }
      const { user, session } = response
      if (session.expiresAt.getTime() <= latest(given.clock)) return { session: undefined, setCookie: [] }
      return { session: { personId: user.id, sessionId: session.id }, setCookie: headers.getSetCookie() }
    },
    async signIn(credentials, headers) {
      const answer = await library.handler(signInRequest(publicUrl, credentials, headers))
      return answer.headers.getSetCookie()
    },
    async personOfReset(token) {
      endSecrets()
      const { internalAdapter } = await library.$context
      const found = await internalAdapter.findVerificationValue(`reset-password:${token}`)
      return found?.value
    },
    isConfirmationAlive: (token) =>
      isConfirmationAlive(token, { secret: options.secret, clock: given.clock }),
    passwordLink,
    hashPassword: (plain) => password.hash(plain),
    async isPasswordOf(personId, given) {
      const hash = passwordHash.get(personId)
      return hash === undefined || (given !== undefined && (await password.verify({ hash, password: given })))
    },
  }
}
