import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { derivedId } from '@logbook/chassis/ids.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import { initialSettings } from '@logbook/contracts/events/settings.ts'
import { importComment } from '@logbook/contracts/http/comments.ts'
import type { ImportOutcome } from '@logbook/contracts/http/imports.ts'
import { importAddress, importPost } from '@logbook/contracts/http/posts.ts'
import { toSlug } from '@logbook/importer/fields.ts'

type Answer = { status: number; body?: unknown; headers?: Record<string, string> }

type Parsed<Item> = { success: true; data: Item } | { success: false; error: Error }

/** A service that takes imports and remembers them, as posts and comments do, checked by their contract. */
export interface FakeService {
  url: string
  /** Keys of all that came. */
  keys: ReadonlySet<string>
  requests: number
  /** Answers that are given, first to last, before it works. */
  failFirst: Answer[]
  close(): Promise<void>
}

const readBody = async (req: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString())
}

const reply = (res: ServerResponse, { status, body, headers = {} }: Answer) =>
  res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body ?? {}))

/** The settings of a blog before their first change, as posts answers them. */
const createFakeSettings = () => {
  let settings: unknown = initialSettings()
  return async (req: IncomingMessage): Promise<Answer> => {
    if (req.url?.startsWith('/settings/history')) return { status: 200, body: [] }
    if (req.method === 'PUT') settings = await readBody(req)
    return { status: 200, body: settings }
  }
}

const startService = async <Item extends { key: string }>(
  parse: (raw: unknown) => Parsed<Item>,
  refuse: (item: Item) => string | undefined,
): Promise<FakeService> => {
  const known = new Set<string>()
  const outcomeOf = (raw: unknown): ImportOutcome => {
    const parsed = parse(raw)
    if (!parsed.success) return { outcome: 'refused', key: '', reason: parsed.error.message }
    const { key } = parsed.data
    const reason = refuse(parsed.data)
    if (reason !== undefined) return { outcome: 'refused', key, reason }
    const outcome = known.has(key) ? 'unchanged' : 'imported'
    known.add(key)
    return { outcome, key, id: derivedId('import', key) }
  }
  const ownerOf = new Map<string, string>()
  const slugs = new Map<string, string>()
  const addressesOf = (items: unknown) =>
    importAddress
      .array()
      .parse(items)
      .map(({ key, title, slug = toSlug(title) ?? 'post' }) => {
        const free = slugs.get(key) ?? (ownerOf.has(slug) ? `${slug}-${slugs.size}` : slug)
        slugs.set(key, free)
        ownerOf.set(free, key)
        return { key, id: derivedId('import', key), slug: free }
      })
  const answerSettings = createFakeSettings()
  const server = createServer(async (req, res) => {
    if (req.url?.startsWith('/settings')) return reply(res, await answerSettings(req))
    service.requests += 1
    const failure = service.failFirst.shift()
    const items = await readBody(req)
    if (failure) return reply(res, failure)
    if (req.url === '/imports/addresses') return reply(res, { status: 200, body: addressesOf(items) })
    if (req.url !== '/imports' || !Array.isArray(items)) return reply(res, { status: 404 })
    if (items.length > bounds.importItemsMax) return reply(res, { status: 422 })
    return reply(res, { status: 200, body: items.map(outcomeOf) })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const service: FakeService = {
    url: `http://127.0.0.1:${port}`,
    keys: known,
    requests: 0,
    failFirst: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return service
}

/** Both services; `refusePost` names posts that are refused, and a comment without its post or parent is refused too. */
export const startServices = async (refusePost: (title: string) => string | undefined = () => undefined) => {
  const posts = await startService(importPost.safeParse, ({ title }) => refusePost(title))
  const comments: FakeService = await startService(importComment.safeParse, ({ postKey, parentKey }) =>
    !posts.keys.has(postKey)
      ? 'There is no such post.'
      : parentKey !== null && !comments.keys.has(parentKey)
        ? 'There is no such comment.'
        : undefined,
  )
  return {
    posts,
    comments,
    close: async () => {
      await posts.close()
      await comments.close()
    },
  }
}
