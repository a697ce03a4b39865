import type { Clock } from '@logbook/chassis/clock.ts'
import { Undelivered } from '@logbook/chassis/mail/undelivered.ts'
import { retryAfterMs } from '@logbook/contracts/http/answer-headers.ts'
import { createRenderer } from '@logbook/markdown/threads/renderer.ts'
import type { Transport } from '../channels/transport.ts'
import type { View } from '../domain/view.ts'
import type { Outbox, QueuedEffect } from '../outbox/outbox.ts'
import type { IsOvertaken } from '../outbox/overtaken.ts'
import { endpointOf } from './endpoint.ts'
import { limits } from './limits.ts'
import { PageRefused, type Pages } from './page.ts'
import type { KnownTarget, SentMentions } from './sent.ts'
import { readTags } from './tags.ts'

interface WebmentionOptions {
  outbox: Pick<Outbox, 'add'>
  sent: SentMentions
  isOvertaken: IsOvertaken
  pages: Pages
  view: Pick<View, 'post'>
  clock: Clock
  publicUrl: string
}

/** The pages of other sites that a Markdown text links to, as readers see it. Throws Undelivered where it can't be rendered for now. */
const linksOf = async (markdown: string, publicUrl: string): Promise<string[]> => {
  // Seldom needed, so that no thread is kept for it.
  const renderer = createRenderer(limits.rendering)
  try {
    const turn = renderer.turn()
    const { html } = await turn.post(markdown)
    if (!turn.isFinal()) throw new Undelivered('not-rendered', { forGood: false })
    const links = new Set<string>()
    readTags(html, {
      open(name, attributes) {
        const url = name === 'a' ? URL.parse(attributes.get('href') ?? '') : null
        if (url === null || !/^https?:$/.test(url.protocol) || url.origin === new URL(publicUrl).origin)
          return
        if (url.href.length <= limits.addressCharsMax && links.size < limits.targetsPerPostMax)
          links.add(url.href)
      },
      close() {},
      text() {},
    })
    return [...links]
  } finally {
    await renderer.close()
  }
}

/** Tells the pages that posts link to: finds the endpoint of each, and sends it the addresses of both. */
export const webmentionTransport = (options: WebmentionOptions): Transport => {
  const { outbox, sent, isOvertaken, pages, view, clock, publicUrl } = options
  const stopping = new AbortController()
  const now = () => clock.now().toISOString()

  /** Adds an effect for each page that the post links to now, or did when they were told last. */
  const expand = async (effect: QueuedEffect): Promise<void> => {
    const postId = effect.receiver.id
    // A later change of the post is told soon.
    if (isOvertaken(effect)) return
    const post = view.post(postId)
    const links = post?.isPublished ? await linksOf(post.content, publicUrl) : []
    const source = post && `${publicUrl}/posts/${encodeURIComponent(post.slug)}`
    const known = sent.of(postId)
    const told = new Set(known.map(({ target }) => target))
    const fresh = links.flatMap((target) => (told.has(target) || !source ? [] : [{ target, source }]))
    const targets = [...known, ...fresh]
    for (const each of targets) sent.begin(postId, each, now())
    outbox.add(targets.map(({ target }) => ({ ...effect, receiver: { kind: 'page', id: target } as const })))
  }

  /** Where the page is told, as it says now or said before; or why it can't be. */
  const find = async ({ target, endpoint }: KnownTarget, isLast: boolean) => {
    try {
      const page = await pages.get(target, stopping.signal)
      const found = page.status >= 200 && page.status <= 299 ? endpointOf(page) : undefined
      return found ?? endpoint ?? { status: 'none' as const, reason: 'The page takes no mentions.' }
    } catch (error) {
      stopping.signal.throwIfAborted()
      if (endpoint !== null) return endpoint
      if (error instanceof PageRefused) return { status: 'failed' as const, reason: error.message }
      // A page that stays away is no fault of this blog: it is not parked.
      if (isLast) return { status: 'failed' as const, reason: 'The page could not be fetched.' }
      throw new Undelivered('unreachable', { forGood: false })
    }
  }

  const post = async (endpoint: string, { source, target }: KnownTarget) => {
    try {
      return await pages.post(endpoint, new URLSearchParams({ source, target }), stopping.signal)
    } catch (error) {
      stopping.signal.throwIfAborted()
      throw new Undelivered(error instanceof PageRefused ? 'not-allowed' : 'unreachable', {
        forGood: error instanceof PageRefused,
      })
    }
  }

  const tell = async ({ postId, receiver: { id: target }, attempts }: QueuedEffect): Promise<void> => {
    const known = postId === null ? undefined : sent.one(postId, target)
    if (postId === null || known === undefined) return
    const note = (outcome: {
      status: 'sent' | 'none' | 'failed'
      reason: string | null
      endpoint: string | null
    }) => sent.note({ postId, target, at: now(), ...outcome })
    const endpoint = await find(known, attempts + 1 >= limits.attemptsMax)
    if (typeof endpoint !== 'string') return note({ ...endpoint, endpoint: null })
    const { status, retryAfter } = await post(endpoint, known)
    if (status >= 200 && status <= 299) return note({ status: 'sent', reason: null, endpoint })
    note({ status: 'failed', reason: `The page’s endpoint answers with status ${status}.`, endpoint })
    throw new Undelivered(`HTTP ${status}`, {
      forGood: status >= 400 && status < 500 && status !== 408 && status !== 429,
      retryAfterMs: retryAfterMs(retryAfter, clock.now().getTime()),
    })
  }

  return {
    async send(effects) {
      for (const effect of effects) await (effect.receiver.kind === 'links' ? expand(effect) : tell(effect))
    },
    close: () => stopping.abort(),
  }
}
