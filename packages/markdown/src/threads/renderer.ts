import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { asTypedHtml } from '../as-typed.ts'
import { charsReadOf } from '../excerpt.ts'
import type { Job, Rendered } from './job.ts'
import { limits } from './limits.ts'
import { createPool } from './pool.ts'

/** One reader's share of the threads: readers take turns, whatever the number of their texts. No promise rejects. */
export interface Turn {
  /** HTML, safe to put into a page. */
  comment(markdown: string): Promise<string>
  /** HTML likewise, with the headings that a table of contents names. */
  post(markdown: string): Promise<{ html: string; headings: Rendered['headings'] }>
  /** Plain text of at most `charsMax` UTF-16 code units. */
  excerpt(markdown: string, options: { charsMax: number }): Promise<string>
}

export interface Renderer {
  /** Call it once for each request. */
  turn(): Turn
  /** `overdue`: texts that took too long and are shown as typed; `unavailable`: how often no thread could take one. */
  status(): { waiting: number; keptChars: number; overdue: number; unavailable: number }
  close(): Promise<void>
}

interface RendererOptions {
  threads: number
  /** How much of what was rendered is kept, in UTF-16 code units of text. */
  keptCharsMax: number
  /** The module that each thread runs. */
  file?: URL
  waitMsMax?: number
}

/** What was typed, for who can't be shown what was meant. Reads the text once. */
const asTyped = ({ kind, markdown, charsMax = 0 }: Job): Rendered => {
  if (kind !== 'excerpt') return { text: asTypedHtml(markdown), headings: [] }
  const line = markdown.toWellFormed().replace(/\s+/g, ' ').trim()
  const text =
    line.length > charsMax ? `${line.slice(0, charsMax - 1).replace(/[\ud800-\udbff]$/, '')}…` : line
  return { text, headings: [] }
}

const keyOf = ({ kind, markdown, charsMax = 0 }: Job): string =>
  `${kind} ${charsMax} ${hash('sha256', markdown, 'base64url')}`

/**
 * Renders Markdown in threads beside the one that answers readers, each text once: what was rendered is kept by the digest of
 * the text while there is room. A text that exceeds its processor time is shown as typed, then and from then on.
 */
export const createRenderer = (options: RendererOptions): Renderer => {
  const { threads, keptCharsMax, waitMsMax = limits.waitMsMax } = options
  const pool = createPool({ threads, file: options.file ?? new URL('./thread.ts', import.meta.url) })
  const kept = new LRUCache<string, Rendered>({
    maxSize: keptCharsMax,
    sizeCalculation: ({ text, headings }) =>
      headings.reduce((chars, heading) => chars + heading.text.length + heading.id.length, text.length + 1),
  })
  const overdue = new LRUCache<string, true>({ max: limits.overdueMax })
  const underWay = new Map<string, Promise<Rendered>>()
  let unavailable = 0

  const renderOnce = async (owner: object, key: string, job: Job): Promise<Rendered> => {
    const outcome = await pool.run(owner, job)
    underWay.delete(key)
    if (outcome === 'unavailable') unavailable += 1
    else if (outcome === 'overdue') overdue.set(key, true)
    else kept.set(key, outcome)
    return typeof outcome === 'string' ? asTyped(job) : outcome
  }

  const inTime = (rendered: Promise<Rendered>, job: Job): Promise<Rendered> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => resolve(asTyped(job)), waitMsMax)
      void rendered.then((done) => {
        clearTimeout(timer)
        resolve(done)
      })
    })

  const render = async (owner: object, job: Job): Promise<Rendered> => {
    const key = keyOf(job)
    const known = kept.get(key)
    if (known) return known
    if (overdue.get(key)) return asTyped(job)
    const rendered = underWay.get(key) ?? renderOnce(owner, key, job)
    underWay.set(key, rendered)
    return inTime(rendered, job)
  }

  return {
    turn() {
      const owner = {}
      return {
        comment: async (markdown) => (await render(owner, { kind: 'comment', markdown })).text,
        async post(markdown) {
          const { text, headings } = await render(owner, { kind: 'post', markdown })
          return { html: text, headings }
        },
        async excerpt(markdown, { charsMax }) {
          // One more than is read, which tells that there is more.
          const beginning = markdown.slice(0, charsReadOf({ charsMax }) + 1)
          return (await render(owner, { kind: 'excerpt', markdown: beginning, charsMax })).text
        },
      }
    },
    status: () => ({
      waiting: pool.waiting(),
      keptChars: kept.calculatedSize,
      overdue: overdue.size,
      unavailable,
    }),
    close: () => pool.close(),
  }
}
