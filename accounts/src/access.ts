import { accessTable, type Grant } from '@logbook/chassis/access/table.ts'
import { tokenGrants } from '@logbook/contracts/token-grants.ts'

const services = (names: readonly string[]): Grant[] => names.map((name) => `service:${name}` as const)

const persons = ['reader', 'moderator', 'author', 'owner'] as const

/** Who may call what. Whoever signs in is nobody before: for them it is the secret that they show that counts. */
export const access = accessTable({
  'POST /auth/sign-up/email': ['anyone'],
  'POST /auth/sign-in/email': ['anyone'],
  'POST /auth/sign-in/social': ['anyone'],
  'GET /auth/callback/:provider': ['anyone'],
  'POST /auth/sign-out': ['anyone'],
  'POST /auth/request-password-reset': ['anyone'],
  'POST /auth/reset-password': ['anyone'],
  'POST /auth/send-verification-email': ['anyone'],
  'GET /auth/verify-email': ['anyone'],
  'POST /auth/verify-email': ['anyone'],
  'GET /auth/passkey/generate-authenticate-options': ['anyone'],
  'POST /auth/passkey/verify-authentication': ['anyone'],

  'POST /auth/sign-out-everywhere': persons,
  'POST /auth/change-email': persons,
  'POST /auth/change-password': persons,
  'GET /auth/passkey/generate-register-options': persons,
  'POST /auth/passkey/verify-registration': persons,
  'GET /auth/passkey/list-user-passkeys': persons,
  'POST /auth/passkey/delete-passkey': persons,

  'GET /sign-in-options': ['anyone'],
  'GET /setup': ['anyone'],
  'POST /setup': ['anyone'],
  'POST /invitations/look': ['anyone'],
  'POST /invitations/accept': ['anyone'],

  'GET /me': persons,
  'PATCH /me': persons,
  'GET /sessions': persons,
  'DELETE /sessions/:id': persons,
  'GET /tokens': persons,
  'POST /tokens': persons,
  'DELETE /tokens/:id': persons,

  'GET /people': ['owner'],
  'PATCH /people/:id': ['owner'],
  'POST /people/:id/password-link': ['owner'],
  'GET /invitations': ['owner'],
  'POST /invitations': ['owner'],
  'DELETE /invitations/:id': ['owner'],

  // Of oneself, or of anyone for the owner: the routes look at whose.
  'GET /people/:id/data': persons,
  'DELETE /people/:id': [...persons, 'operator'],
  'GET /erasures': ['owner', 'operator'],
  // Whoever was erased has no account to ask with: they hold the id, which nobody guesses.
  'GET /erasures/:id': ['anyone'],

  'GET /metrics': ['operator', 'metrics'],
  'GET /.well-known/jwks.json': ['anyone'],
  'POST /exchange': services(tokenGrants.exchanges),
  'POST /keys': [...services(tokenGrants.asksForKeys), 'operator'],
  'POST /addresses': services(tokenGrants.asksForAddresses),
  'GET /operator/setup': ['operator'],
  'GET /operator/tokens': ['operator', 'owner'],
  'POST /operator/tokens': ['operator'],
  'POST /operator/backup': ['operator'],
  'DELETE /operator/tokens/:id': ['operator', 'owner'],
})
