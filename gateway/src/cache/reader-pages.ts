import { randomBytes } from 'node:crypto'
import { codingFor } from '@logbook/chassis/http/coding.ts'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import { marks } from '@logbook/contracts/http/query.ts'
import { cacheTags } from '@logbook/contracts/http/validity.ts'
import { type Dispatcher, Pool } from 'undici'
import type { Caller } from '../callers/callers.ts'
import type { Reader } from '../callers/exchange.ts'
import { headerOf, lowerCase, parsedAnswerHead } from '../forward/answer-headers.ts'
import { sendWhole } from '../forward/whole.ts'
import { limits } from '../limits.ts'
import { positionWanted, themeIn } from './key.ts'
import type { Read } from './read.ts'
import { type CacheEntry, isCacheable, type Store } from './store.ts'
import { fill, type PageReader, type Template, templateOf } from './template.ts'
import type { OnValidated, Validation } from './validation.ts'

interface ReaderPagesOptions {
  store: Store
  validation: Pick<Validation, 'validate' | 'validateFor'>
  clientUrl: string
  query: Dispatcher
  publicHost: string
  onFilled: () => void
}

/** A page with places for its reader, and the headers that all its readers get: names and values in turn. */
interface Kept {
  template: Template
  headers: readonly string[]
}

/** What each reader's answer says for itself. */
const ownHeaders = new Set(['etag', 'cache-control', 'content-length', 'content-encoding', 'vary'])

const sharedHeaders = (headers: readonly string[]): string[] =>
  headers.filter((_, at) => !ownHeaders.has(lowerCase(headers[at - (at % 2)] ?? '')))

/** A gzip file can be put together from compressed parts; what has no gzip gets them plain. */
const codingOf = (accepted: string | undefined): 'gzip' | undefined =>
  codingFor(accepted) !== undefined && /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:\s*,|\s*$))/.test(accepted ?? '')
    ? 'gzip'
    : undefined

/** One load of a key at a time. */
const createLoads = () => {
  const underWay = new Map<string, Promise<void>>()
  return (key: string, load: () => Promise<void>): Promise<void> => {
    const begun = underWay.get(key)
    if (begun) return begun
    const promise = load()
      .catch(() => {})
      .finally(() => underWay.delete(key))
    underWay.set(key, promise)
    return promise
  }
}

/** The pages with places for a reader, and the marks of readers, among the answers in the store. */
const createKept = ({ store, clientUrl, query, publicHost }: ReaderPagesOptions) => {
  const token = randomBytes(16).toString('hex')
  const client = new Pool(clientUrl, {
    connections: limits.templateConnectionsMax,
    connect: { timeout: limits.connectMsMax },
    headersTimeout: limits.templateMsMax,
    bodyTimeout: limits.templateMsMax,
  })
  const templates = new WeakMap<CacheEntry, Kept>()
  const marked = new WeakMap<CacheEntry, ReadonlySet<string> | null>()
  const once = createLoads()
  const keys = {
    page: (url: string, theme: string): string => `reader ${theme} ${url}`,
    marks: ({ id }: Reader): string => `marks ${id}`,
  }

  const loadPage = async (url: string, theme: string): Promise<void> => {
    const { statusCode, headers, body } = await client.request({
      method: 'GET',
      path: url,
      headers: {
        host: publicHost,
        'accept-encoding': 'identity',
        ...(theme === '' ? {} : { cookie: `theme=${theme}` }),
        [names.readerTemplate]: token,
      },
    })
    const page = Buffer.from(await body.arrayBuffer())
    const head = parsedAnswerHead(headers)
    if (statusCode !== 200 || !isCacheable(head)) return
    const digest = (headerOf(head.headers, 'etag') ?? '').replaceAll('"', '')
    const template = await templateOf(page, { token, digest })
    const key = keys.page(url, theme)
    const besideBytes = template.parts.reduce((sum, { deflated }) => sum + deflated.length, 0)
    store.set(key, { from: 'client', head, body: page, besideBytes })
    const entry = store.get(key)
    if (entry?.body === page) templates.set(entry, { template, headers: sharedHeaders(entry.headers) })
  }

  const loadMarks = async (reader: Reader, accessToken: string): Promise<void> => {
    const { statusCode, headers, body } = await query.request({
      method: 'GET',
      path: '/marks',
      headers: { authorization: `Bearer ${accessToken}` },
      headersTimeout: limits.validationMsMax,
      bodyTimeout: limits.validationMsMax,
    })
    const text = Buffer.from(await body.arrayBuffer())
    if (statusCode !== 200) return
    const { posts } = marks.parse(JSON.parse(text.toString()))
    const key = keys.marks(reader)
    store.set(key, { from: 'query', head: parsedAnswerHead(headers), body: text })
    const entry = store.get(key)
    if (entry?.body === text) marked.set(entry, posts && new Set(posts.map(cacheTags.ofPost)))
  }

  return {
    page(url: string, theme: string): (Kept & { entry: CacheEntry }) | undefined {
      const entry = store.get(keys.page(url, theme))
      const kept = entry && templates.get(entry)
      return entry && kept && { ...kept, entry }
    },
    /** Tags of posts that show a reader something of their own; null where any may; undefined where it is not known. */
    marks(reader: Reader): ReadonlySet<string> | null | undefined {
      const entry = store.get(keys.marks(reader))
      return entry && marked.get(entry)
    },
    loadPage: (url: string, theme: string) => once(keys.page(url, theme), () => loadPage(url, theme)),
    loadMarks: (reader: Reader, accessToken: string) =>
      once(keys.marks(reader), () => loadMarks(reader, accessToken)),
    close: () => client.destroy(),
  }
}

/**
 * Pages for people who read with an account. One page is rendered for all of them, with places for a name and an id, and is cached like an
 * anonymous page. A reader gets it filled in, unless it would show comments or votes of their own: which posts those are is cached as well,
 * and changes with what the reader does.
 */
export const createReaderPages = (options: ReaderPagesOptions) => {
  const kept = createKept(options)
  const { validation } = options

  return {
    /** Answers from the cache; calls `miss` for a page that is this reader's alone, or where the view is behind what they wrote. */
    answer(read: Read, { reader, token }: Caller & { reader: PageReader }, miss: () => void): void {
      const { req, res, destination } = read
      const theme = themeIn(req.headers.cookie)
      const wanted = positionWanted(req, destination)

      const settle = (): boolean => {
        const page = kept.page(destination.url, theme)
        const tags = kept.marks(reader)
        if (page === undefined || tags === undefined) return false
        if (tags === null || page.entry.tags.some((tag) => tags.has(tag))) miss()
        else {
          const { body, coding, etag } = fill(page.template, {
            reader,
            coding: codingOf(req.headers['accept-encoding']),
          })
          const headers = [
            ...page.headers,
            ...['ETag', etag, 'Cache-Control', 'private, no-cache', 'Vary', 'Accept-Encoding, Cookie'],
            ...['Content-Length', String(body.length)],
            ...(coding === undefined ? [] : ['Content-Encoding', coding]),
          ]
          options.onFilled()
          sendWhole(read, { status: 200, headers, body, etag, countedView: page.entry.countedView })
        }
        return true
      }

      const load = (): Promise<unknown> =>
        Promise.all([
          kept.page(destination.url, theme) ?? kept.loadPage(destination.url, theme),
          kept.marks(reader) === undefined && token !== null ? kept.loadMarks(reader, token) : undefined,
        ])

      const attempt =
        (loadsLeft: number): OnValidated =>
        (moment) => {
          if (res.destroyed) return
          try {
            if (moment !== undefined && moment.position < wanted) miss()
            else if (moment === undefined || !settle()) {
              if (loadsLeft === 0) miss()
              else load().then(() => validation.validate(attempt(loadsLeft - 1)))
            }
          } catch {
            // One reader's failure must not keep the others waiting.
            res.destroy()
          }
        }
      validation.validateFor(read, attempt(limits.templateLoadsMax))
    },
    close: kept.close,
  }
}
