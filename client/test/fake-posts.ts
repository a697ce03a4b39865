import { randomUUID } from 'node:crypto'
import type { PostDiff, PostHistoryEntry } from '@logbook/contracts/http/post-history.ts'
import type { Change } from '@logbook/contracts/http/query.ts'
import { problem } from './fake-comments.ts'
import type { Asked, Reply } from './fake-services.ts'
import { type LivePost, minutesAgo, samplePosts } from './sample-blog.ts'

interface FakePosts {
  posts: Map<string, LivePost>
  tell: (change: Change) => void
  /** The next position of the log. */
  move: () => number
}

/** What posts answers, from memory. A post's versions are those that were written here, after the one it began with. */
export const createFakePosts = ({ posts, tell, move }: FakePosts) => {
  const earlier = new Map<string, LivePost[]>()
  const gone = new Map<string, LivePost>()
  const takenDown = new Map<string, PostHistoryEntry>()
  const versionsOf = (post: LivePost): LivePost[] => [...(earlier.get(post.id) ?? []), post]

  const answerPost = (post: LivePost, status = 200): Reply => {
    const before = posts.get(post.id)
    if (before) earlier.set(post.id, versionsOf(before))
    posts.set(post.id, post)
    tell({ kind: 'post', id: post.id, slug: post.slug, version: post.version })
    const { version, ...state } = post
    return { status, headers: { Position: String(move()), ETag: `"${version}"` }, body: state }
  }

  const create = (body: Asked['body']): Reply => {
    if (typeof body.title !== 'string' || body.title === '')
      return problem(422, 'invalid', { errors: [{ path: 'title', message: 'must not be empty' }] })
    const at = minutesAgo(0)
    const id = randomUUID()
    const fresh = {
      ...{ id, slug: `post-${id.slice(0, 8)}`, authorName: null },
      ...{ createdAt: at, updatedAt: at, version: 1 },
    }
    const [sample] = samplePosts()
    const publishedAt = body.status === 'published' ? at : null
    return answerPost({ ...sample, ...fresh, ...body, publishedAt } as LivePost, 201)
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

  const read = (post: LivePost, url: URL): Reply => {
    const [, , , part, which] = url.pathname.split('/')
    const { version, ...state } = post
    const taken = takenDown.get(post.id)
    if (taken && part === 'history' && which === undefined)
      return { body: [taken, ...versionsOf(post).map(entryOf).reverse()] }
    if (taken) return problem(410, 'gone')
    if (part === 'diff') return { body: diffOf(post, url.searchParams) }
    if (part !== 'history') return { headers: { ETag: `"${version}"` }, body: state }
    if (which === undefined) return { body: versionsOf(post).map(entryOf).reverse() }
    const found = versionsOf(post).find((each) => each.version === Number(which))
    return found ? { body: { version: found.version, post: found } } : problem(404, 'not-found')
  }

  return ({ method, url, headers, body }: Asked): Reply => {
    const [, , id, step] = url.pathname.split('/')
    if (id === undefined && method === 'GET')
      return { body: [...posts.values()].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)) }
    if (id === undefined) return create(body)
    const post = posts.get(id) ?? gone.get(id)
    if (post === undefined) return problem(404, 'not-found')
    if (gone.has(id) && (step === undefined || method !== 'GET')) return problem(410, 'gone')
    if (method === 'GET') return read(post, url)
    const { version } = post
    if (step === 'take-down') {
      posts.delete(id)
      gone.set(id, post)
      const by = { id: null, name: 'Mo' }
      const fact = { ...entryOf(post, 1), type: 'PostTakenDown', version: version + 1, data: body, by }
      takenDown.set(id, { ...fact, says: `Taken down by Mo: ${body.reason}` })
      return { status: 204, headers: { Position: String(move()) } }
    }
    if (headers['if-match'] !== `"${version}"`) return problem(412, 'precondition-failed')
    const next = { ...post, version: version + 1, updatedAt: minutesAgo(0) }
    if (step === 'publish') return answerPost({ ...next, status: 'published', publishedAt: minutesAgo(0) })
    if (step === 'unpublish') return answerPost({ ...next, status: 'draft' })
    if (method === 'PATCH') return answerPost({ ...next, ...body } as LivePost)
    posts.delete(id)
    gone.set(id, post)
    return { headers: { Position: String(move()) }, body: { status: 'deleted', id } }
  }
}
