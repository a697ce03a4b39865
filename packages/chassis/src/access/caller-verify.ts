import { keysOf } from './keys.ts'
import { type Digests, servicesBy } from './service-tokens.ts'
import { createVerify, type Verify } from './verify.ts'

/** What a service behind the gateway takes for proof: access tokens signed by accounts, and the tokens of callers whose digests it has. */
export const verifyCallers = ({
  accountsUrl,
  knownCallers = {},
}: {
  accountsUrl: string
  knownCallers: Digests | undefined
}): Verify => createVerify({ keys: keysOf(accountsUrl), serviceOf: servicesBy(knownCallers) })
