import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { asTypedHtml } from '../as-typed.ts'
import { charsReadOf } from '../excerpt.ts'
import { gather } from './batches.ts'
import type { Job, Rendered } from './job.ts'
import { limits } from './limits.ts'
import { createPool } from './pool.ts'

/** One reader's share of the threads: readers take turns, whatever the number of their texts. No promise rejects. */
export interface Turn {
  /** HTML, safe to put into a page. */
  comment(markdown: string): Promise<string>
  /** HTML likewise, with the headings that a table of contents names. */
  post(markdown: string): Promise<{ html: string; headings: Rendered['headings'] }>
  /** A post as the body of a mail, HTML and plain text. `page` is the absolute address of the post's page. */
  mail(markdown: string, options: { page: string }): Promise<{ html: string; plain: string }>
  /** Plain text of at most `charsMax` UTF-16 code units. */
  excerpt(markdown: string, options: { charsMax: number }): Promise<string>
  /** False once a text was shown as typed that the next reader may be shown as it was meant. */
  isFinal(): boolean
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
  /** The size of the cache of rendered texts, in UTF-16 code units. */
  keptCharsMax: number
  /** The module that each thread runs. */
  file?: URL
  waitMsMax?: number
}

interface Keyed {
  key: string
  job: Job
}

/** The text as typed, escaped, where it cannot be rendered. Reads the text once. */
const asTyped = ({ kind, markdown, charsMax = 0 }: Job): Rendered => {
  if (kind !== 'excerpt') return { text: asTypedHtml(markdown), headings: [] }
  const line = markdown.toWellFormed().replace(/\s+/g, ' ').trim()
  const text =
    line.length > charsMax ? `${line.slice(0, charsMax - 1).replace(/[\ud800-\udbff]$/, '')}…` : line
  return { text, headings: [] }
}

const forNow = (job: Job): Rendered => ({ ...asTyped(job), isForNow: true })

const keyOf = ({ kind, markdown, charsMax = 0, page = '' }: Job): string =>
  `${kind} ${charsMax} ${page} ${hash('sha256', markdown, 'base64url')}`

/** The rendered text, or the text as typed where rendering takes too long. */
const inTime = (rendered: Promise<Rendered>, job: Job, msMax: number): Promise<Rendered> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(forNow(job)), msMax)
    void rendered.then((done) => {
      clearTimeout(timer)
      resolve(done)
    })
  })

interface Rendering {
  render: (job: Job) => Promise<Rendered>
  isFinal: () => boolean
}

const turnOf = ({ render, isFinal }: Rendering): Turn => ({
  isFinal,
  comment: async (markdown) => (await render({ kind: 'comment', markdown })).text,
  async post(markdown) {
    const { text, headings } = await render({ kind: 'post', markdown })
    return { html: text, headings }
  },
  async mail(markdown, { page }) {
    const { text, plain = markdown } = await render({ kind: 'mail', markdown, page })
    return { html: text, plain }
  },
  async excerpt(markdown, { charsMax }) {
    // One more than is read, which tells that there is more.
    const beginning = markdown.slice(0, charsReadOf({ charsMax }) + 1)
    return (await render({ kind: 'excerpt', markdown: beginning, charsMax })).text
  },
})

/**
 * Renders Markdown in threads beside the one that answers readers, each text once: what was rendered is kept by the digest of
 * the text while there is room. A text that exceeds its processor time is shown as typed, then and from then on.
 */
export const createRenderer = (options: RendererOptions): Renderer => {
  const { threads, keptCharsMax, waitMsMax = limits.waitMsMax } = options
  const pool = createPool({ threads, file: options.file ?? new URL('./thread.ts', import.meta.url) })
  const kept = new LRUCache<string, Rendered>({
    maxSize: keptCharsMax,
    sizeCalculation: ({ text, plain = '', headings }) =>
      headings.reduce(
        (chars, heading) => chars + heading.text.length + heading.id.length,
        text.length + plain.length + 1,
      ),
  })
  const overdue = new LRUCache<string, true>({ maxSize: limits.overdueMax, sizeCalculation: () => 1 })
  const underWay = new Map<string, Promise<Rendered>>()
  let unavailable = 0

  const settle = ({ key, job }: Keyed, outcome: Rendered | 'overdue' | 'unavailable'): Rendered => {
    underWay.delete(key)
    if (outcome === 'unavailable') {
      unavailable += 1
      return forNow(job)
    }
    if (outcome === 'overdue') overdue.set(key, true)
    else kept.set(key, outcome)
    return typeof outcome === 'string' ? asTyped(job) : outcome
  }

  /** Each of them; one by one where one of them was too much for all. */
  const renderTogether = async (owner: object, batch: readonly Keyed[]): Promise<Rendered[]> => {
    const jobs = batch.map(({ job }) => job)
    const outcome = await pool.run(owner, jobs)
    if (outcome === 'overdue' && batch.length > 1)
      return (await Promise.all(batch.map((each) => renderTogether(owner, [each])))).flat()
    return batch.map((each, index) =>
      settle(each, typeof outcome === 'string' ? outcome : (outcome[index] ?? 'unavailable')),
    )
  }

  const createRender = (): Rendering => {
    const owner = {}
    let isFinal = true
    const ask = gather((batch: readonly Keyed[]) => renderTogether(owner, batch), limits)
    const render = async (job: Job): Promise<Rendered> => {
      const key = keyOf(job)
      const known = kept.get(key)
      if (known) return known
      if (overdue.get(key)) return asTyped(job)
      const rendered = underWay.get(key) ?? ask({ key, job })
      underWay.set(key, rendered)
      const shown = await inTime(rendered, job, waitMsMax)
      if (shown.isForNow) isFinal = false
      return shown
    }
    return { render, isFinal: () => isFinal }
  }

  return {
    turn() {
      return turnOf(createRender())
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
