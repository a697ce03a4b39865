import { createReadStream, statSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import type { Snapshots } from '../backup/snapshots.ts'
import type { ApiTokens } from '../people/api-tokens.ts'
import type { Once } from '../people/once.ts'
import { type Setup, setupLink } from '../people/setup.ts'
import { noStore, refuseScoped } from './self.ts'

interface ForOperator {
  apiTokens: ApiTokens
  once: Once
  setup: Setup
  snapshots: Snapshots
  publicUrl: string
}

/** What the operator, who has the data folder, asks. */
export const forOperator = ({ apiTokens, once, setup, snapshots, publicUrl }: ForOperator) =>
  handlersOf(accountEndpoints)({
    'GET /operator/setup'() {
      const link = setupLink(setup, publicUrl)
      return { body: { open: link !== null, link }, headers: noStore }
    },
    'GET /operator/tokens': () => ({ body: apiTokens.machines(), headers: noStore }),
    'POST /operator/tokens'({ body: { role, ...wanted }, command }) {
      const { made } = once.run(command.idempotency, {
        make: (making) => apiTokens.makeMachine(role, wanted, making),
        find: (making) => apiTokens.againMachine(making),
      })
      return { body: made, headers: noStore }
    },
    'DELETE /operator/tokens/:id'({ params }, caller) {
      refuseScoped(caller)
      apiTokens.revokeMachine(params.id)
      return {}
    },
    // Streams a file of any size.
    'POST /operator/backup': {
      raw: (_req, res) =>
        snapshots.take(async (file) => {
          res.set({
            ...noStore,
            'Content-Type': 'application/vnd.sqlite3',
            // A client that receives less knows that the copy is incomplete.
            'Content-Length': String(statSync(file).size),
          })
          await pipeline(createReadStream(file), res)
        }),
    },
  })
