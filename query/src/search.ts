import { Follower } from '@logbook/chassis/follow/follower.ts'
import { followerTables } from '@logbook/chassis/follow/follower-tables.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/log.ts'
import { type Database, openDatabase } from '@logbook/chassis/sqlite.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import { decodeEvent, type LogbookEvent } from '@logbook/contracts/events/catalog.ts'
import type { PostName } from '@logbook/contracts/http/query.ts'
import type { SearchHit, TextPart } from '@logbook/contracts/http/search.ts'
import { likenessTo } from './likeness.ts'
import { limits } from './limits.ts'
import {
  type Found,
  type Match,
  searchedTypes,
  searchProjection,
  searchTables,
} from './projections/search.ts'
import { matchOf, nearMatchOf } from './search-terms.ts'

/** Opens the index: a file of its own, since filling it takes three times as long as filling the rest of the view. */
export const openSearchIndex = (file: string): Database => {
  const db = openDatabase({
    file,
    migrations: [followerTables, searchTables],
    durability: 'normal',
    exclusive: true,
  })
  db.pragma(`cache_size = -${limits.pageCacheKibibytesMax}`)
  return db
}

const marks = ['\ue000', '\ue001'] as const

/** `a \ue000hit\ue001 b` as parts. */
const partsOf = (text: string): TextPart[] =>
  text
    .split(marks[0])
    .flatMap((piece, index): TextPart[] => {
      if (index === 0) return [{ text: piece, marked: false }]
      const [hit = '', rest = ''] = piece.split(marks[1])
      return [
        { text: hit, marked: true },
        { text: rest, marked: false },
      ]
    })
    .filter(({ text }) => text !== '')

const hitOf = (found: Found | undefined): SearchHit[] => {
  if (found === undefined) return []
  const { n: _, title, body, atMs, ...rest } = found
  return [{ ...rest, title: partsOf(title), at: new Date(atMs).toISOString(), snippet: partsOf(body) }]
}

const dayMs = 86_400_000

/** The best first: how well it matches counts, and by up to twice as much how new it is, beside the newest of all. */
const ranked = (matches: readonly Match[]): Match[] => {
  const newestMs = matches.reduce((newest, { atMs }) => Math.max(newest, atMs), 0)
  const weigh = ({ match, atMs }: Match) =>
    match * (1 + 2 ** (-(newestMs - atMs) / dayMs / limits.searchHalfLifeDays))
  return matches
    .map((match) => ({ match, weight: weigh(match) }))
    .sort((one, other) => one.weight - other.weight || other.match.n - one.match.n)
    .map(({ match }) => match)
}

export interface SearchRequest {
  q: string
  limit: number
  offset: number
}

export type Search = ReturnType<typeof createSearch>

/** Looks for words in posts and comments. It follows the log by itself, into its own file. */
export const createSearch = ({ bus, db, log }: { bus: Bus; db: Database; log: Logger }) => {
  const rows = searchProjection(db)
  const follower = new Follower<LogbookEvent>({
    name: 'query-search',
    bus,
    db,
    log,
    decode: decodeEvent,
    types: searchedTypes,
    apply: (event) => rows.apply(event),
  })
  let started = false

  return {
    follower,
    /** What it holds, and up to which position. */
    file: { db, position: () => follower.position },
    /** Begins to follow; again does nothing. */
    start(): void {
      if (!started) follower.start()
      started = true
    },
    /** The hits of one page, best first, and where the next one begins if there are more. */
    find({ q, limit, offset }: SearchRequest): { hits: SearchHit[]; next: number | undefined } {
      const match = matchOf(q)
      if (match === undefined) return { hits: [], next: undefined }
      const all = ranked(rows.matches({ match, limit: limits.searchCandidatesMax }))
      const ns = all.slice(offset, offset + limit).map(({ n }) => n)
      const found = rows.found({ match, ns, marks, wordsMax: limits.snippetWordsMax })
      const byN = new Map(found.map((each) => [each.n, each]))
      const hits = ns.flatMap((n) => hitOf(byN.get(n)))
      return { hits, next: all.length > offset + limit ? offset + limit : undefined }
    },
    /** Posts and pages whose address is like one that is not there, the most alike first. */
    near(slug: string): PostName[] {
      const wanted = slug.toLowerCase().slice(0, bounds.slugCharsMax)
      const match = nearMatchOf(wanted)
      if (match === undefined) return []
      const likeness = likenessTo(wanted)
      return rows
        .named({ match, limit: limits.searchCandidatesMax })
        .map((name) => ({ name, alike: likeness(name.slug) }))
        .filter(({ alike }) => alike >= limits.likenessMin)
        .sort((one, other) => other.alike - one.alike)
        .slice(0, limits.nearMax)
        .map(({ name }) => name)
    },
    async close(): Promise<void> {
      if (started) await follower.stop()
      db.close()
    },
  }
}
