import { Problem } from '@logbook/chassis/problem.ts'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import { formerPath } from '@logbook/contracts/http/address.ts'
import type { PublicComment } from '@logbook/contracts/http/comments.ts'
import { publicHead } from '@logbook/contracts/http/query.ts'
import { authorSlug, tagSlug } from '@logbook/contracts/tags.ts'
import { type Asked, answering, type Reply, refusal } from './answering.ts'
import { figuresOf } from './fake-figures.ts'
import { type Present, pastOf } from './fake-past.ts'
import { createThreads, searchHits } from './fake-threads.ts'
import type { LivePost } from './sample-blog.ts'

interface FakeQuery {
  /** The state of the view, as the gateway is told it. */
  state: () => string
  /** Whether only callers with a token have comments and votes of their own; otherwise every caller has them. */
  isByToken: () => boolean
  present: () => Present
  shown: (comment: PublicComment) => PublicComment
  /** Comments of the caller. */
  mine: ReadonlySet<string>
  /** The caller's votes. */
  votes: ReadonlyMap<string, 1 | -1>
}

type Published = Extract<LivePost, { status: 'published' }>

const listed = new Set(['tags', 'authors', 'archive', 'posts'])
const nothing = { mine: new Set<string>(), votes: new Map<string, 1 | -1>() }

/** What changes an answer for everyone; undefined where it is for its caller alone. */
const tagOf = ({ url }: Asked, posts: readonly LivePost[]): string | undefined => {
  const [, collection = '', which] = url.pathname.split('/')
  if (!listed.has(collection)) return undefined
  const post = posts.find(
    ({ id, slug }) => which !== undefined && [id, slug].includes(decodeURIComponent(which)),
  )
  if (which === undefined) return collection === 'posts' ? 'lists' : 'posts'
  return post && `post-${post.id}`
}

/** What query answers, from memory, of now and of then. */
export const createFakeQuery =
  ({ state, isByToken, present, shown, mine, votes }: FakeQuery) =>
  (asked: Asked): Reply => {
    const now = present()
    const asOf = asked.url.searchParams.get('asOf')
    let then: Present | undefined
    try {
      then = pastOf(asOf, now)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return refusal(error)
    }
    const isCallers = asked.headers.authorization !== undefined || !isByToken()
    const answer = answersOver(then ?? now, { shown, ...(isCallers ? { mine, votes } : nothing) })(asked)
    const tag = tagOf(asked, now.posts)
    const isForEveryone = asOf === null && (!isCallers || (mine.size === 0 && votes.size === 0))
    if (!isForEveryone || asked.headers.authorization !== undefined || tag === undefined) return answer
    return { ...answer, headers: { ...answer.headers, 'View-State': state(), 'Cache-Tag': tag } }
  }

const answersOver = (
  { posts, comments, position }: Present,
  { shown, mine, votes }: Pick<FakeQuery, 'shown' | 'mine' | 'votes'>,
) => {
  const ofPost = (id: string) => comments.filter(({ postId }) => postId === id)
  const head = (post: Published) => ({
    ...publicHead(post, post.version),
    ...{ authorPicture: null, readingMinutes: 6 },
    commentCount: ofPost(post.id).filter(({ status }) => status === 'approved').length,
  })
  const published = (wanted = 'post') =>
    posts.filter((post): post is Published => post.status === 'published' && post.kind === wanted)
  const read = (name: string): Published => {
    const post = posts.find(({ id, slug }) => id === name || slug === name)
    if (post?.status === 'published') return post
    const near = name.includes('heron') ? published().slice(0, 1) : []
    throw new Problem('not-found', { extensions: { near } })
  }

  const authors = () => [
    ...new Set(published().flatMap(({ authorName }) => (authorName === null ? [] : [authorName]))),
  ]
  const threadsOf = createThreads({ ofPost, shown, mine, votes })

  return answering(queryEndpoints, {
    'GET /figures': ({ url }) => ({ body: figuresOf(published(), url.searchParams), position }),
    'GET /figures/:id'({ params, url }) {
      const post = published().find(({ id }) => id === params.id)
      if (post === undefined) throw new Problem('not-found')
      return { body: figuresOf([post], url.searchParams), position }
    },
    'GET /tags'() {
      const tags = published().flatMap((post) => post.tags)
      return {
        body: [...new Set(tags)].map((tag) => ({
          ...{ tag, slug: tagSlug(tag) },
          count: tags.filter((each) => each === tag).length,
        })),
        position,
      }
    },
    'GET /authors': () => ({
      body: authors().map((name) => ({
        ...{ name, slug: authorSlug(name) },
        count: published().filter(({ authorName }) => authorName === name).length,
      })),
      position,
    }),
    'GET /archive': () => ({
      body: { months: [{ month: '2026-11', count: published().length }], tags: [] },
      position,
    }),
    'GET /former-addresses'({ query }) {
      const path = formerPath(query.path)
      const found = published().find(({ formerAddresses }) => formerAddresses.map(formerPath).includes(path))
      if (found === undefined) throw new Problem('not-found')
      return { body: { id: found.id, slug: found.slug }, position }
    },
    'GET /search': ({ query: { q: word, kind = null } }) => ({
      body: searchHits({ posts: published(), comments, word, kind }),
      position,
    }),
    'GET /posts/:idOrSlug'({ params, url }) {
      const post = read(params.idOrSlug)
      const [previous = null, next = null] = published().filter(({ id }) => id !== post.id)
      const related = published()
        .slice(0, 2)
        .map((each) => ({ ...each, reason: 'Also about herons' }))
      return {
        body: {
          ...head(post),
          ...{ excerpt: post.excerpt, content: post.content, previous, next, related },
          quotes: ofPost(post.id).filter(({ advertised }) => advertised),
          ...threadsOf.first(post.id, url.searchParams),
        },
        position,
      }
    },
    'GET /posts/:idOrSlug/thread': ({ params, url }) => ({
      ...threadsOf.more(read(params.idOrSlug).id, url.searchParams),
      position,
    }),
    'GET /posts'({ query }) {
      const { tag, author, kind } = query
      const from = Number(query.cursor ?? 0)
      const all = published(kind).filter(
        ({ tags, authorName }) =>
          (tag === undefined || tags.some((each) => tagSlug(each) === tag)) &&
          (author === undefined || (authorName !== null && authorSlug(authorName) === author)),
      )
      const limit = Math.min(query.limit, 4)
      return {
        body: all.slice(from, from + limit).map((post) => ({
          ...head(post),
          excerpt: post.excerpt ?? post.content.split('\n')[0] ?? '',
          isSigned: authors().length > 1,
          comments: [],
        })),
        next: all.length > from + limit ? { cursor: String(from + limit) } : undefined,
        position,
      }
    },
  })
}
