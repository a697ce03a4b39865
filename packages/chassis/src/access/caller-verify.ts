import { operator } from '@logbook/contracts/identity.ts'
import { keysOf } from './keys.ts'
import { servicesBy } from './service-tokens.ts'
import { createVerify, type Verify } from './verify.ts'

/** What a service behind the gateway takes for proof: access tokens signed by accounts, and the operator's token where it knows one. */
export const verifyCallers = ({
  accountsUrl,
  operatorToken,
}: {
  accountsUrl: string
  operatorToken: string | undefined
}): Verify => {
  const keys = keysOf(accountsUrl)
  return createVerify(
    operatorToken === undefined ? { keys } : { keys, serviceOf: servicesBy({ [operator]: operatorToken }) },
  )
}
