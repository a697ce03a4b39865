import { z } from 'zod'
import { anyone, owners, services } from '../http/access.ts'
import { exchanged, machineToken, newToken } from '../http/account-answers.ts'
import { accountBodies, accountBytesMax, addressesAnswer, operatorToken } from '../http/accounts.ts'
import { endpoints, json } from '../http/endpoint.ts'
import { operator } from '../identity.ts'
import { entityId } from '../text.ts'
import { tokenGrants } from '../token-grants.ts'
import { authRows } from './accounts-auth.ts'
import { peopleRows } from './accounts-people.ts'

const limits = {
  /** Room for the headers that a browser may send. */
  exchangeBytesMax: 32 * 1024,
  /** Room for a full page of ids. */
  keysBytesMax: 128 * 1024,
} as const

const key = z.object({
  ...{ id: entityId, key: z.string().nullable(), state: z.enum(['live', 'erased', 'unknown']) },
})

export const accountEndpoints = endpoints('accounts', {
  description: 'People, their roles, and the erasure of their data.',
  rows: {
    ...authRows,
    ...peopleRows,
    'GET /.well-known/jwks.json': {
      id: 'readKeySet',
      summary: 'The keys by which access tokens are verified',
      access: anyone,
      answers: { '200': json(z.object({ keys: z.array(z.looseObject({})) }), 'A JSON Web Key Set.') },
    },
    'POST /exchange': {
      id: 'exchange',
      summary: 'An access token of a minute, for a cookie or an API token',
      access: services(tokenGrants.exchanges),
      body: accountBodies.exchange,
      bodyBytesMax: limits.exchangeBytesMax,
      example: { guest: true },
      answers: { '200': json(exchanged, 'Null for an anonymous caller.') },
    },
    'POST /keys': {
      id: 'readKeys',
      summary: 'The keys that personal data is sealed with',
      access: [...services(tokenGrants.asksForKeys), operator],
      body: accountBodies.keys,
      bodyBytesMax: limits.keysBytesMax,
      example: { ids: [], create: false },
      answers: { '200': json(z.object({ keys: z.array(key) }), 'Of each, or that it was erased.') },
      refusals: ['unavailable'],
    },
    'POST /addresses': {
      id: 'readAddresses',
      summary: 'The confirmed e-mail addresses of people, for the service that writes to them',
      access: services(tokenGrants.asksForAddresses),
      body: accountBodies.addresses,
      bodyBytesMax: limits.keysBytesMax,
      answers: { '200': json(addressesAnswer, 'Of people who have one; never of erased people.') },
    },
    'GET /operator/setup': {
      id: 'operatorSetup',
      summary: 'The link that creates the first owner',
      access: ['operator'],
      answers: {
        '200': json(z.object({ open: z.boolean(), link: z.string().nullable() }), 'If it is open.'),
      },
    },
    'GET /operator/tokens': {
      id: 'listMachineTokens',
      summary: 'Tokens of machines',
      access: owners,
      answers: { '200': json(z.array(machineToken), 'Without their secrets.') },
    },
    'POST /operator/tokens': {
      id: 'makeMachineToken',
      summary: 'Create a token for a machine',
      access: ['operator'],
      headers: ['Idempotency-Key'],
      body: operatorToken,
      bodyBytesMax: accountBytesMax,
      example: { name: 'ci', role: 'author' },
      answers: { '201': json(newToken, 'Its secret is shown this once.') },
      refusals: ['conflict'],
    },
    'DELETE /operator/tokens/:id': {
      id: 'revokeMachineToken',
      summary: 'Revoke a token of a machine',
      access: owners,
      answers: { '204': { description: 'Deleted.' } },
    },
    'POST /operator/backup': {
      id: 'backUpAccounts',
      summary: 'A copy of the accounts as they are now',
      access: ['operator'],
      answers: {
        '200': {
          description: 'An SQLite file.',
          content: { 'application/vnd.sqlite3': { schema: { type: 'string', format: 'binary' } } },
        },
      },
      refusals: ['unavailable'],
    },
  },
})
