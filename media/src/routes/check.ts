import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { mediaEndpoints } from '@logbook/contracts/endpoints/media.ts'
import { type CheckOptions, checkStorage } from '../storage/check.ts'

export const checkHandlers = ({
  follower,
  ...parts
}: CheckOptions & { follower: { readonly caughtUp: boolean } }) =>
  handlersOf(mediaEndpoints)({
    async 'GET /check'() {
      if (!follower.caughtUp) throw new Problem('view-behind', { retryAfter: 5 })
      return { body: await checkStorage(parts), headers: { 'Cache-Control': 'no-store' } }
    },
  })
