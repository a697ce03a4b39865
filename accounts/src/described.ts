import { json } from '@logbook/chassis/described/operation.ts'
import {
  type Description,
  type Descriptions,
  describeService,
  metricsDescription,
  ofReads,
} from '@logbook/chassis/described/service.ts'
import {
  apiToken,
  exchanged,
  invitation,
  joined,
  machineToken,
  me,
  newInvitation,
  newToken,
  passwordLink,
  personAccount,
  receipt,
  session,
  signInOptions,
} from '@logbook/contracts/http/account-answers.ts'
import { accountBodies, addressesAnswer, operatorToken } from '@logbook/contracts/http/accounts.ts'
import { role } from '@logbook/contracts/identity.ts'
import { entityId } from '@logbook/contracts/text.ts'
import { z } from 'zod'
import { access } from './access.ts'
import { authOperations } from './described-auth.ts'
import { peoplePage } from './routes/people.ts'

const gone = { '204': { description: 'It is no more.' } }
const email = 'author@blog.example'

const joining = {
  'GET /sign-in-options': {
    id: 'signInOptions',
    summary: 'How one can sign in here',
    answers: { '200': json(signInOptions, 'What this blog is set to.') },
  },
  'GET /setup': {
    id: 'readSetup',
    summary: 'Whether this blog still waits for its owner',
    answers: { '200': json(z.object({ open: z.boolean() }), 'True until someone is.') },
  },
  'POST /setup': {
    id: 'setUp',
    summary: 'Be the owner of a new blog, with the link that its start printed',
    body: accountBodies.setup,
    answers: { '201': json(joined, 'Signed in.') },
    refusals: ['conflict', 'forbidden', 'too-many'],
  },
  'POST /invitations/look': {
    id: 'lookAtInvitation',
    summary: 'What an invitation is for',
    body: accountBodies.look,
    answers: { '200': json(z.looseObject({ email: z.string(), role, known: z.boolean() }), 'Still open.') },
    refusals: ['not-found', 'too-many'],
  },
  'POST /invitations/accept': {
    id: 'acceptInvitation',
    summary: 'Take an invitation up',
    body: accountBodies.accept,
    answers: { '200': json(joined, 'The role is theirs.'), '201': json(joined, 'A new account, signed in.') },
    refusals: ['not-found', 'conflict', 'too-many'],
  },
} as const satisfies Record<string, Description>

const ofOneself = {
  'GET /me': { id: 'readMe', summary: 'One’s own account', answers: { '200': json(me, 'Oneself.') } },
  'PATCH /me': {
    id: 'renameMe',
    summary: 'Go by another name',
    body: accountBodies.rename,
    example: { name: 'Another name' },
    answers: { '200': json(me, 'Oneself.') },
  },
  'GET /sessions': {
    id: 'listSessions',
    summary: 'Where one is signed in',
    answers: { '200': json(z.array(session), 'All of them.') },
  },
  'DELETE /sessions/:id': { id: 'endSession', summary: 'Sign out elsewhere', answers: gone },
  'GET /tokens': {
    id: 'listTokens',
    summary: 'One’s own tokens for scripts',
    answers: { '200': json(z.array(apiToken), 'Without their secrets.') },
  },
  'POST /tokens': {
    id: 'makeToken',
    summary: 'Make a token for scripts',
    details:
      'Sent as `Authorization: Bearer lb_…`. `scopes` are services by name; without them it is for all.',
    heeds: ['Idempotency-Key'],
    body: accountBodies.token,
    example: { name: 'A script', scopes: ['posts'], days: 90 },
    answers: { '201': json(newToken, 'Its secret is shown this once.') },
    refusals: ['conflict'],
  },
  'DELETE /tokens/:id': { id: 'revokeToken', summary: 'Take a token back', answers: gone },
} as const satisfies Record<string, Description>

const ofPeople = {
  'GET /people': {
    id: 'listPeople',
    summary: 'Everyone with an account',
    query: peoplePage,
    answers: { '200': json(z.array(personAccount), '`Link`, rel="next", has the next page.') },
  },
  'PATCH /people/:id': {
    id: 'changePerson',
    summary: 'Give someone another role, or confirm their address where no mail can',
    body: accountBodies.changePerson,
    example: { role: 'author' },
    answers: { '200': json(personAccount, 'Who they are now.') },
    refusals: ['conflict'],
  },
  'POST /people/:id/password-link': {
    id: 'makePasswordLink',
    summary: 'A link to hand over, with which someone chooses a password, where no mail can bring it',
    answers: { '201': json(passwordLink, 'Earlier links end.') },
    refusals: ['conflict'],
  },
  'GET /invitations': {
    id: 'listInvitations',
    summary: 'Invitations that are open',
    answers: { '200': json(z.array(invitation), 'All of them.') },
  },
  'POST /invitations': {
    id: 'invite',
    summary: 'Invite someone',
    heeds: ['Idempotency-Key'],
    body: accountBodies.invite,
    example: { email, role: 'author' },
    answers: { '201': json(newInvitation, 'Mailed, and shown this once.') },
    refusals: ['conflict'],
  },
  'DELETE /invitations/:id': { id: 'withdrawInvitation', summary: 'Withdraw an invitation', answers: gone },
  'GET /people/:id/data': {
    id: 'downloadData',
    summary: 'All that is known of a person',
    heeds: ofReads,
    answers: { '200': json(z.looseObject({ id: entityId, events: z.array(z.unknown()) }), 'A file.') },
    refusals: ['unavailable'],
  },
  'DELETE /people/:id': {
    id: 'erasePerson',
    summary: 'Erase a person',
    details:
      'Their key is destroyed: what they wrote can’t be read any more, not even in a backup of the log.',
    answers: { '202': json(receipt, 'Begun; `Location` is the receipt.') },
    refusals: ['conflict'],
  },
  'GET /erasures': {
    id: 'listErasures',
    summary: 'Receipts of erasures, the latest first',
    heeds: ofReads,
    answers: { '200': json(z.array(receipt), 'The latest.') },
  },
  'GET /erasures/:id': {
    id: 'readErasure',
    summary: 'The receipt of an erasure',
    heeds: ofReads,
    answers: { '200': json(receipt, 'What was erased, and which service confirmed it when.') },
  },
} as const satisfies Record<string, Description>

const key = z.object({
  ...{ id: entityId, key: z.string().nullable(), state: z.enum(['live', 'erased', 'unknown']) },
})

const ofServices = {
  'GET /.well-known/jwks.json': {
    id: 'readKeySet',
    summary: 'The keys by which access tokens are verified',
    answers: { '200': json(z.object({ keys: z.array(z.looseObject({})) }), 'A JSON Web Key Set.') },
  },
  'POST /exchange': {
    id: 'exchange',
    summary: 'An access token of a minute, for a cookie or an API token',
    body: accountBodies.exchange,
    example: { guest: true },
    answers: { '200': json(exchanged, 'Null for nobody.') },
  },
  'POST /keys': {
    id: 'readKeys',
    summary: 'The keys that personal data is sealed with',
    body: accountBodies.keys,
    example: { ids: [], create: false },
    answers: { '200': json(z.object({ keys: z.array(key) }), 'Of each, or that it was erased.') },
    refusals: ['unavailable'],
  },
  'POST /addresses': {
    id: 'readAddresses',
    summary: 'The confirmed e-mail addresses of people, for the service that writes to them',
    body: accountBodies.addresses,
    answers: { '200': json(addressesAnswer, 'Of those who have one: nobody who was erased.') },
  },
  'GET /operator/setup': {
    id: 'operatorSetup',
    summary: 'The link that makes the owner',
    answers: { '200': json(z.object({ open: z.boolean(), link: z.string().nullable() }), 'If it is open.') },
  },
  'GET /operator/tokens': {
    id: 'listMachineTokens',
    summary: 'Tokens that belong to nobody',
    answers: { '200': json(z.array(machineToken), 'Without their secrets.') },
  },
  'POST /operator/tokens': {
    id: 'makeMachineToken',
    summary: 'Make a token that belongs to nobody',
    heeds: ['Idempotency-Key'],
    body: operatorToken,
    example: { name: 'ci', role: 'author' },
    answers: { '201': json(newToken, 'Its secret is shown this once.') },
    refusals: ['conflict'],
  },
  'DELETE /operator/tokens/:id': { id: 'revokeMachineToken', summary: 'Take it back', answers: gone },
  'POST /operator/backup': {
    id: 'backUpAccounts',
    summary: 'A copy of the accounts of this moment',
    answers: {
      '200': {
        description: 'An SQLite file.',
        content: { 'application/vnd.sqlite3': { schema: { type: 'string', format: 'binary' } } },
      },
    },
    refusals: ['unavailable'],
  },
  'GET /metrics': metricsDescription('accounts'),
} as const satisfies Record<string, Description>

const operations: Descriptions<typeof access> = {
  ...authOperations,
  ...joining,
  ...ofOneself,
  ...ofPeople,
  ...ofServices,
}

/** What accounts takes and answers. */
export const description = (): object =>
  describeService({
    service: 'accounts',
    description: 'Who people are, what they may do, and how they are forgotten.',
    access,
    operations,
  })
