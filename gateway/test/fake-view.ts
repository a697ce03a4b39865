import type { IncomingMessage, RequestListener } from 'node:http'
import { vi } from 'vitest'

interface Page {
  body: string
  tags: string
  headers?: Record<string, string>
}

/** The part of query that those who keep answers rely on: pages by path, what they are made of, and what has changed since a state. */
export const fakeView = (pages: Record<string, Page>) => {
  const view = { process: 'p', generation: 1, changes: 1, position: '7', epoch: '1' }
  const changedAt = new Map<string, number>()
  const asked: IncomingMessage[] = []
  const held: (() => void)[] = []
  let holds = false
  const stateOf = () => `${view.process}.${view.generation}.${view.changes}`

  const validity = (since: string): string => {
    const [process, generation, changes] = since.split('.')
    const isSame = process === view.process && generation === String(view.generation)
    const changed = [...changedAt].filter(([, at]) => at > Number(changes))
    return JSON.stringify({ state: stateOf(), changed: isSame ? changed : null })
  }

  const answer: RequestListener = (req, res) => {
    const url = req.url ?? ''
    const moment = { Position: view.position, 'Log-Epoch': view.epoch }
    const since = /^\/validity\?since=(.+)$/.exec(url)?.[1]
    if (since !== undefined) return void res.writeHead(200, moment).end(validity(since))
    const page = pages[url]
    if (page === undefined) return void res.writeHead(404, moment).end()
    const { body, tags, headers } = page
    const etag = `"${Buffer.from(body).toString('base64url')}"`
    res.writeHead(200, {
      ...{
        ETag: etag,
        'View-State': stateOf(),
        'Cache-Tag': tags,
        'Content-Length': Buffer.byteLength(body),
      },
      ...moment,
      ...headers,
    })
    res.end(body)
  }

  const handler: RequestListener = (req, res) => {
    asked.push(req)
    if (holds) held.push(() => answer(req, res))
    else answer(req, res)
  }

  return {
    view,
    pages,
    handler,
    /** Addresses that were asked for since the last time, in order; states are left out. */
    asked: (): string[] => asked.splice(0).map(({ url = '' }) => url.replace(/since=.*/, 'since')),
    /** Something that this tag names has changed. */
    change(tag: string): void {
      view.changes++
      changedAt.set(tag, view.changes)
    },
    changeAll(): void {
      view.generation++
      view.changes++
    },
    hold(): void {
      holds = true
    },
    /** Answers the oldest question that is held, as the view is now. */
    async answerNext(): Promise<void> {
      await vi.waitFor(() => {
        if (held.length === 0) throw new Error('nothing is asked')
      })
      held.shift()?.()
    },
    heldCount: (): number => held.length,
  }
}
