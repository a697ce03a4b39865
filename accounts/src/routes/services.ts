import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import type { TokenExchange } from '../auth/token-exchange.ts'
import type { People } from '../people/people.ts'
import type { KeyStore } from '../secrets/key-store.ts'
import type { SigningKeys } from '../secrets/signing-keys.ts'
import { noStore } from './self.ts'

interface ForServices {
  exchange: TokenExchange
  keys: KeyStore
  signingKeys: Pick<SigningKeys, 'jwks'>
  people: Pick<People, 'find'>
}

/** What other services ask. */
export const forServices = ({ exchange, keys, signingKeys, people }: ForServices) =>
  handlersOf(accountEndpoints)({
    'POST /exchange': async ({ body }) => ({ body: await exchange(body), headers: noStore }),
    'GET /.well-known/jwks.json': () => ({
      body: signingKeys.jwks(),
      headers: { 'Cache-Control': 'no-cache' },
    }),
    'POST /keys'({ body: { ids, create } }) {
      const wanted = ids.map((id) => id.toLowerCase())
      return { body: { keys: keys.get(wanted, { create }) }, headers: noStore }
    },
    'POST /addresses'({ body: { ids } }) {
      const addresses = ids.flatMap((id) => {
        const person = people.find(id)
        return person?.emailVerified ? [{ id, email: person.email }] : []
      })
      return { body: { addresses }, headers: noStore }
    },
  })
