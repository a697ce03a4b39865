import { z } from 'zod'
import { UnreadableBlog } from '../entry.ts'

const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => String(value ?? ''))
const rowId = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^[\w-]{1,64}$/, 'must be a number or an id'))
const ordinal = z
  .number()
  .nullish()
  .transform((value) => value ?? 0)

/** A post or page, as versions 0.5 to 6 of Ghost write it. */
export const postRow = z.object({
  id: rowId,
  title: text,
  slug: text,
  html: text,
  lexical: text,
  mobiledoc: text,
  /** Up to 0.11. */
  markdown: text,
  type: text,
  /** Up to 2: 1 or true for a page. */
  page: z.union([z.boolean(), z.number()]).nullish(),
  status: text,
  visibility: text,
  feature_image: text,
  image: text,
  custom_excerpt: text,
  author_id: text,
  created_at: text,
  updated_at: text,
  published_at: text,
  codeinjection_head: text,
  codeinjection_foot: text,
})
export type PostRow = z.infer<typeof postRow>

const tagRow = z.object({ id: rowId, name: text, visibility: text })
const userRow = z.object({ id: rowId, name: text })
const tagOfPost = z.object({ post_id: rowId, tag_id: rowId, sort_order: ordinal })
const authorOfPost = z.object({ post_id: rowId, author_id: rowId, sort_order: ordinal })
const metaOfPost = z.object({ post_id: rowId, feature_image_alt: text })
const setting = z.object({ key: text, value: text })

const database = z.object({
  meta: z.object({ exported_on: text }).partial().nullish(),
  data: z.record(z.string(), z.unknown()).refine(({ posts }) => Array.isArray(posts)),
})
const root = z.union([
  z.object({ db: z.tuple([database], z.unknown()) }).transform(({ db: [first] }) => first),
  database,
])

/** What an export holds, each post with what other tables say of it. */
export interface GhostTables {
  /** Not checked yet: one that is bad refuses itself alone. */
  posts: readonly unknown[]
  exportedOn: string
  /** The names of a post's tags and authors, in order, by its id. */
  tagsOf(postId: string): string[]
  authorsOf(post: PostRow): string[]
  /** What the picture of a post shows, in words; empty where it is not said. */
  coverAltOf(postId: string): string
  setting(key: string): string
  /** How many rows a table has. */
  count(table: string): number
}

const rowsOf = <Row>(table: unknown, row: z.ZodType<Row>): Row[] =>
  (Array.isArray(table) ? table : []).flatMap((each) => {
    const read = row.safeParse(each)
    return read.success ? [read.data] : []
  })

const grouped = <Row extends { post_id: string; sort_order: number }>(rows: readonly Row[]) => {
  const groups = Map.groupBy(rows, ({ post_id: id }) => id)
  return (postId: string): Row[] =>
    (groups.get(postId) ?? []).toSorted((one, other) => one.sort_order - other.sort_order)
}

/** Reads the text of an export. Throws UnreadableBlog for what is none. */
export const readTables = (json: string): GhostTables => {
  let parsed: unknown
  try {
    parsed = JSON.parse(json.replace(/^\ufeff/, ''))
  } catch (error) {
    throw new UnreadableBlog(`it is not well-formed JSON (${error instanceof Error ? error.message : error})`)
  }
  const found = root.safeParse(parsed)
  if (!found.success) throw new UnreadableBlog('it is JSON, but no export of Ghost: it has no table of posts')
  const { meta, data } = found.data
  const tags = new Map(rowsOf(data.tags, tagRow).map((tag) => [tag.id, tag]))
  const users = new Map(rowsOf(data.users, userRow).map(({ id, name }) => [id, name]))
  const settings = new Map(rowsOf(data.settings, setting).map(({ key, value }) => [key, value]))
  const alts = new Map(
    rowsOf(data.posts_meta, metaOfPost).map(({ post_id: id, feature_image_alt: alt }) => [id, alt]),
  )
  const tagRows = grouped(rowsOf(data.posts_tags, tagOfPost))
  const authorRows = grouped(rowsOf(data.posts_authors, authorOfPost))
  return {
    posts: Array.isArray(data.posts) ? data.posts : [],
    exportedOn: meta?.exported_on ?? '',
    // Internal tags begin with a mark, and are for themes.
    tagsOf: (postId) =>
      tagRows(postId).flatMap(({ tag_id: id }) => {
        const tag = tags.get(id)
        return tag === undefined || tag.visibility === 'internal' || tag.name.startsWith('#')
          ? []
          : [tag.name]
      }),
    authorsOf: ({ id, author_id: only }) => {
      const ids = authorRows(id).map(({ author_id: each }) => each)
      return (ids.length > 0 ? ids : [only]).flatMap((each) => users.get(each) ?? [])
    },
    coverAltOf: (postId) => alts.get(postId) ?? '',
    setting: (key) => settings.get(key) ?? '',
    count: (table) => (Array.isArray(data[table]) ? data[table].length : 0),
  }
}
