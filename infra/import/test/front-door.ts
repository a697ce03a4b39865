import type { RequestListener } from 'node:http'
import { listen } from '@logbook/chassis/http/server.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import type { Person } from '@logbook/contracts/identity.ts'
import { createGateway } from '@logbook/gateway/app.ts'

/** The person of an API token, and the access token that accounts gives for it. */
export interface Holder {
  caller: Person
  accessToken: string
}

interface FrontDoorOptions {
  posts: string
  comments: string
  query?: string
  media?: string
  /** By API token. */
  holders: Readonly<Record<string, Holder>>
}

const nowhere = 'http://127.0.0.1:9'

/** Accounts, as far as the gateway asks it: what an API token is good for. */
const exchange =
  (holders: FrontDoorOptions['holders']): RequestListener =>
  async (req, res) => {
    let text = ''
    for await (const chunk of req) text += chunk
    const holder = holders[String(JSON.parse(text).authorization).replace('Bearer ', '')]
    const expiresAt = new Date(Date.now() + 60_000).toISOString()
    const [status, body] =
      holder === undefined
        ? [401, { type: 'about:blank', title: 'x', status: 401, code: 'unauthenticated' }]
        : [200, { token: holder.accessToken, caller: holder.caller, expiresAt, setCookie: [] }]
    res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
  }

/** The gateway before services that run, with its own rate limits. */
export const startFrontDoor = async ({
  posts,
  comments,
  query = nowhere,
  media = nowhere,
  holders,
}: FrontDoorOptions) => {
  const accounts = await listen(exchange(holders), { host: '127.0.0.1', port: 0 })
  const gateway = createGateway({
    upstreams: {
      ...{ posts, comments, query, media, accounts: accounts.url },
      ...{ client: nowhere, moderation: nowhere, notifications: nowhere },
    },
    busUrl: nowhere,
    publicUrl: 'https://blog.example',
    serviceToken: 'the-token-of-the-gateway-in-tests',
    logger: silentLogger,
  })
  const { url, close } = await listen(gateway.app, { host: '127.0.0.1', port: 0 })
  return {
    url,
    async close() {
      await close()
      await gateway.close()
      await accounts.close()
    },
  }
}
