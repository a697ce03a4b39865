import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { Follower } from '@logbook/chassis/follow/follower.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import type { Logger } from '@logbook/chassis/logger.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import { decodeOf } from '@logbook/contracts/events/decode.ts'
import type { PostName } from '@logbook/contracts/http/query.ts'
import type { SearchHit } from '@logbook/contracts/http/search.ts'
import { limits } from '../limits.ts'
import type { AsOf } from '../projections/temporal.ts'
import { type SearchRows, searchedTypes, searchProjection } from './projection.ts'
import { bestOf, type SearchedKind } from './rank.ts'
import type { Match, Text } from './reads.ts'
import { similarityTo } from './similarity.ts'
import { createSnippets, type Marked } from './snippets.ts'
import { nearMatchOf, wantedOf } from './terms.ts'
import { withoutBounds } from './word-bounds.ts'

interface Found {
  text: Text
  /** Its post, or the post itself. */
  post: Text
}

const foundIn = (rows: SearchRows, { position, postPosition }: Match): Found[] => {
  const text = rows.text(position)
  const post = postPosition === position ? text : rows.text(postPosition)
  return text && post ? [{ text, post }] : []
}

const hitOf = ({ text, post }: Found, marked: Marked | undefined): SearchHit[] => {
  if (marked === undefined) return []
  const { id, postId, kind, atMs, authorName } = text
  const title = kind === 'comment' ? [{ text: withoutBounds(post.title), marked: false }] : marked.title
  const at = new Date(atMs).toISOString()
  return [{ kind, id, postId, slug: post.slug, title, authorName, at, snippet: marked.snippet }]
}

const decode = decodeOf(searchedTypes)

const nothing = { title: '', tags: '', body: '' }

export interface SearchRequest {
  q: string
  kind?: SearchedKind | undefined
  limit: number
  offset: number
  asOf?: AsOf
}

interface SearchOptions {
  bus: Bus
  db: Database
  logger: Logger
  /** Called if the log is not the one that was read. */
  onOtherLog: () => void
  /** Called after a commit that changed what posts are about. */
  onTopics: () => void
  /** Called after each commit. */
  onCommit: () => void
}

export type Search = ReturnType<typeof createSearch>

/** Full-text search in posts and comments. It follows the log by itself, into its own file. */
export const createSearch = ({ bus, db, logger, onOtherLog, ...on }: SearchOptions) => {
  const rows = searchProjection(db)
  const snippets = createSnippets()
  const follower = new Follower({
    name: 'query-search',
    bus,
    db,
    logger,
    decode,
    types: searchedTypes,
    apply: (event) => rows.apply(event),
    onOtherLog,
    onCommit() {
      if (rows.tookTopics()) on.onTopics()
      on.onCommit()
    },
  })
  let started = false

  return {
    follower,
    /** What posts are about, and the version of a post that this is of. */
    topics: { ...rows.topics, versionOf: rows.versionOf },
    /** Its file and position. */
    file: { db, position: () => follower.position },
    /** Starts to follow the log. Idempotent. */
    start(): void {
      if (!started) follower.start()
      started = true
    },
    /** The hits of one page, best first, and the offset of the next page if there is one. */
    find({ q, kind, limit, offset, asOf }: SearchRequest): { hits: SearchHit[]; next: number | undefined } {
      const wanted = wantedOf(q)
      if (wanted === undefined) return { hits: [], next: undefined }
      const matches = (some: readonly Match[]): Match[] => {
        const texts = some.map(({ position }) => rows.text(position) ?? nothing)
        const found = snippets.of(wanted.match, texts)
        return some.filter((_, n) => found[n] !== undefined)
      }
      const all = bestOf(rows, { wanted, kind, count: offset + limit + 1, matches, asOf })
      const found = all.slice(offset, offset + limit).flatMap((each) => foundIn(rows, each))
      const marked = snippets.of(
        wanted.match,
        found.map(({ text }) => text),
      )
      const hits = found.flatMap((each, n) => hitOf(each, marked[n]))
      return { hits, next: all.length > offset + limit ? offset + limit : undefined }
    },
    /** Posts and pages whose address is similar to an unknown one, the most similar first. */
    near(slug: string, asOf?: AsOf): PostName[] {
      const wanted = slug.toLowerCase().slice(0, bounds.slugCharsMax)
      const match = nearMatchOf(wanted)
      if (match === undefined) return []
      const similarity = similarityTo(wanted)
      return rows
        .named({ match, limit: limits.searchCandidatesMax, asOf })
        .map(({ slug: its, title }) => ({
          name: { slug: its, title: withoutBounds(title) },
          score: similarity(its),
        }))
        .filter(({ score }) => score >= limits.similarityMin)
        .sort((one, other) => other.score - one.score)
        .slice(0, limits.nearMax)
        .map(({ name }) => name)
    },
    async close(): Promise<void> {
      if (started) await follower.stop()
      snippets.close()
      rows.close()
      db.close()
    },
  }
}
