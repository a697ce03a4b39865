import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { Problem } from '@logbook/chassis/problem.ts'
import { postEndpoints } from '@logbook/contracts/endpoints/posts.ts'
import type { PostDiff, PostHistoryEntry } from '@logbook/contracts/http/post-history.ts'
import type { Change } from '@logbook/contracts/http/query.ts'
import { answering, assertVersion, defined } from './answering.ts'
import { type LivePost, minutesAgo } from './sample-blog.ts'

interface FakePosts {
  posts: Map<string, LivePost>
  tell: (change: Change) => void
  /** The next position of the log. */
  move: () => number
}

const plannedAt = (publishAt: string | null | undefined) => (publishAt ? { publishAt } : {})

/** What posts answers, from memory. A post's versions are those that were written here, after the one it began with. */
export const createFakePosts = ({ posts, tell, move }: FakePosts) => {
  const earlier = new Map<string, LivePost[]>()
  const gone = new Map<string, LivePost>()
  const takenDown = new Map<string, PostHistoryEntry>()
  const versionsOf = (post: LivePost): LivePost[] => [...(earlier.get(post.id) ?? []), post]

  const stateOf = ({ version: _, ...state }: LivePost) => state

  const keep = (post: LivePost) => {
    const before = posts.get(post.id)
    if (before) earlier.set(post.id, versionsOf(before))
    posts.set(post.id, post)
    tell({ kind: 'post', id: post.id, slug: post.slug, version: post.version })
    return { body: stateOf(post), position: move(), version: post.version }
  }

  const entryOf = ({ version, updatedAt, status }: LivePost, index: number): PostHistoryEntry => ({
    ...{ id: `fact-${version}`, type: index === 0 ? 'PostCreated' : 'PostEdited' },
    ...{ time: updatedAt, position: version, version, cause: null, by: null, status, changed: [], data: {} },
    says: index === 0 ? 'Written and published' : 'Edited: text',
  })

  const diffOf = (post: LivePost, search: URLSearchParams): PostDiff => {
    const versions = versionsOf(post)
    const wanted = Number(search.get('to') ?? post.version)
    const at = versions.findLastIndex(({ version }) => version <= wanted)
    const from = Number(search.get('from') ?? versions[Math.max(0, at - 1)]?.version)
    const [older, newer] = [versions.find(({ version }) => version === from) ?? post, versions[at] ?? post]
    const sideOf = ({ version, updatedAt: time }: LivePost) => ({ version, time })
    const parts = [
      { kind: 'removed', text: older.content } as const,
      { kind: 'added', text: newer.content } as const,
    ]
    const content = older === newer ? [] : [{ kind: 'changed', parts } as const]
    return { from: sideOf(older), to: sideOf(newer), fields: [], content }
  }

  /** A post that can be read; one that was removed is gone. */
  const found = (id: string): LivePost => {
    if (gone.has(id)) throw new Problem('gone')
    const post = posts.get(id)
    if (post === undefined) throw new Problem('not-found')
    return post
  }
  /** A post whose versions can be read: also one that was deleted, but none that was taken down. */
  const remembered = (id: string): LivePost => {
    if (takenDown.has(id)) throw new Problem('gone')
    return gone.get(id) ?? found(id)
  }
  /** The next version of a post that a command is meant for. */
  const next = (id: string, headers: IncomingHttpHeaders): LivePost => {
    const post = found(id)
    assertVersion(headers, post.version)
    return { ...post, version: post.version + 1, updatedAt: minutesAgo(0) }
  }
  const remove = (post: LivePost) => {
    posts.delete(post.id)
    gone.set(post.id, post)
    return { position: move() }
  }

  return answering(postEndpoints, {
    'GET /posts': () => ({
      body: [...posts.values()].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)),
    }),
    'POST /posts'({ body: { slug, publishAt, status, ...written } }) {
      const [id, at] = [randomUUID(), minutesAgo(0)]
      const live = {
        ...{ ...written, id, slug: slug ?? `post-${id.slice(0, 8)}`, authorId: null, authorName: null },
        ...{ createdAt: at, updatedAt: at, version: 1, formerAddresses: [] },
      }
      return keep(
        status === 'published'
          ? { ...live, status, publishedAt: at }
          : { ...live, status, publishedAt: null, ...plannedAt(publishAt) },
      )
    },
    'GET /posts/:id': ({ params: { id } }) => ({ body: stateOf(found(id)), version: found(id).version }),
    'GET /posts/:id/history'({ params: { id } }) {
      const taken = takenDown.get(id)
      const entries = versionsOf(gone.get(id) ?? found(id))
        .map(entryOf)
        .reverse()
      return { body: taken ? [taken, ...entries] : entries }
    },
    'GET /posts/:id/history/:version'({ params: { id, version } }) {
      const post = versionsOf(remembered(id)).find((each) => each.version === Number(version))
      if (post === undefined) throw new Problem('not-found')
      return { body: { version: post.version, time: post.updatedAt, post: stateOf(post) } }
    },
    'GET /posts/:id/diff': ({ params: { id }, url }) => ({ body: diffOf(remembered(id), url.searchParams) }),
    'POST /posts/:id/take-down'({ params: { id }, body }) {
      const post = found(id)
      const by = { id: null, name: 'Mo' }
      const fact = { ...entryOf(post, 1), type: 'PostTakenDown', version: post.version + 1, data: body, by }
      takenDown.set(id, { ...fact, says: `Taken down by Mo: ${body.reason}` })
      return remove(post)
    },
    'POST /posts/:id/publish': ({ params: { id }, headers }) =>
      keep({ ...next(id, headers), status: 'published', publishedAt: minutesAgo(0) }),
    'POST /posts/:id/unpublish': ({ params: { id }, headers }) =>
      keep({ ...next(id, headers), status: 'draft' }),
    'PATCH /posts/:id': ({ params: { id }, headers, body: { publishAt, ...changes } }) => {
      const { publishAt: before, ...post } = next(id, headers)
      return keep({
        ...{ ...post, ...defined(changes) },
        ...plannedAt(publishAt === undefined ? before : publishAt),
      })
    },
    'DELETE /posts/:id': ({ params: { id }, headers }) => remove(next(id, headers)),
  })
}
