import type { BlogSettings } from '@logbook/contracts/events/settings.ts'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import { settingsAnswer } from '@logbook/contracts/http/settings.ts'
import { generationOf, noteSettings } from './page-record.server.ts'

/** After this time the next page starts a comparison of the copy with query, without waiting for it. */
const freshMsMax = 1_000
const answerMsMax = 2_000

interface CopyOptions {
  /** Used until query has answered for the first time. */
  initial: BlogSettings
  queryUrl: string
  now?: () => number
}

export type SettingsCopy = ReturnType<typeof createSettingsCopy>

/** This process's cache of the blog's settings, so that no page requests them. */
export const createSettingsCopy = ({ initial, queryUrl, now = () => performance.now() }: CopyOptions) => {
  let known = initial
  let etag: string | undefined
  /** The generation of query's view that they were read from or confirmed by. */
  let generation: string | undefined
  let askedAt = Number.NEGATIVE_INFINITY
  let running: Promise<void> | undefined
  let queued: Promise<void> | undefined

  /** Keeps the cached settings if query does not answer with settings. */
  const ask = async (headers: Record<string, string>): Promise<void> => {
    askedAt = now()
    const knownTag = etag
    try {
      const answer = await fetch(`${queryUrl}/settings`, {
        headers: {
          Accept: 'application/json',
          ...(knownTag ? { 'If-None-Match': knownTag } : {}),
          ...headers,
        },
        signal: AbortSignal.timeout(answerMsMax),
      })
      if (answer.status === 304) {
        if (etag === knownTag) generation = generationOf(answer.headers)
        return
      }
      const read = settingsAnswer.safeParse(answer.ok ? await answer.json() : undefined)
      if (!read.success) return
      known = read.data
      etag = answer.headers.get('ETag') ?? undefined
      generation = generationOf(answer.headers)
    } catch {
      // query is down; the next page tries again.
    }
  }

  const begin = (): Promise<void> => {
    running = ask({}).finally(() => {
      running = undefined
    })
    return running
  }

  return {
    /** The settings. Only the first call of a process waits for query. */
    async current(): Promise<BlogSettings> {
      const isFirst = askedAt === Number.NEGATIVE_INFINITY
      if (running === undefined && now() - askedAt >= freshMsMax) void begin()
      if (isFirst || etag === undefined) await running
      noteSettings(generation)
      return known
    },
    /** Resolves once query was asked after this call; callers that wait at the same time share one request. */
    confirm(): Promise<void> {
      queued ??= (running ?? Promise.resolve()).then(() => {
        queued = undefined
        return begin()
      })
      return queued
    },
    /** Resolves once the copy holds what was written at this position of the log, or query takes too long. */
    async reach(position: string | null): Promise<void> {
      await running
      await ask(position === null ? {} : { [names.minPosition]: position, Prefer: 'wait=1' })
    },
  }
}
