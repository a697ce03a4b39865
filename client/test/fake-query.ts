import { formerPath } from '@logbook/contracts/http/address.ts'
import type { PublicComment } from '@logbook/contracts/http/comments.ts'
import { authorSlug, tagSlug } from '@logbook/contracts/tags.ts'
import { problem } from './fake-comments.ts'
import { figuresOf } from './fake-figures.ts'
import { type Present, pastOf } from './fake-past.ts'
import type { Asked, Reply } from './fake-services.ts'
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
    const then = pastOf(asOf, now)
    if (then !== undefined && !('posts' in then)) return then
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
  const head = (post: LivePost) => {
    const { status: _, authorId: __, content: ___, ...rest } = post
    const approved = ofPost(post.id).filter(({ status }) => status === 'approved').length
    return {
      ...rest,
      publishedAt: post.publishedAt ?? post.createdAt,
      authorPicture: null,
      readingMinutes: 6,
      commentCount: approved,
    }
  }
  const published = (wanted = 'post') =>
    posts.filter(({ status, kind }) => status === 'published' && kind === wanted)

  const authors = () => [
    ...new Set(published().flatMap(({ authorName }) => (authorName === null ? [] : [authorName]))),
  ]
  const threadsOf = createThreads({ ofPost, shown, mine, votes })
  const pageOf = (post: LivePost, url: URL): Reply => {
    const headers = { Position: String(position) }
    if (url.pathname.endsWith('/thread')) return { headers, ...threadsOf.more(post.id, url.searchParams) }
    const [previous = null, next = null] = published().filter(({ id }) => id !== post.id)
    const related = published()
      .slice(0, 2)
      .map((each) => ({ ...each, reason: 'Also about herons' }))
    const beside = { previous, next, related }
    return {
      headers,
      body: {
        ...head(post),
        content: post.content,
        ...beside,
        quotes: ofPost(post.id).filter(({ advertised }) => advertised),
        ...threadsOf.first(post.id, url.searchParams),
      },
    }
  }
  return ({ url }: Asked): Reply => {
    const [, collection, which] = url.pathname.split('/')
    const headers = { Position: String(position) }
    if (collection === 'figures') {
      const opened = published().filter(({ id }) => which === undefined || id === which)
      return which !== undefined && opened.length === 0
        ? problem(404, 'not-found')
        : { headers, body: figuresOf(opened, url.searchParams) }
    }
    if (collection === 'tags') {
      const tags = published().flatMap((post) => post.tags)
      return {
        headers,
        body: [...new Set(tags)].map((tag) => ({
          tag,
          slug: tagSlug(tag),
          count: tags.filter((each) => each === tag).length,
        })),
      }
    }
    if (collection === 'authors')
      return {
        headers,
        body: authors().map((name) => ({
          name,
          slug: authorSlug(name),
          count: published().filter(({ authorName }) => authorName === name).length,
        })),
      }
    if (collection === 'archive')
      return { headers, body: { months: [{ month: '2026-11', count: published().length }], tags: [] } }
    if (collection === 'former-addresses') {
      const path = formerPath(url.searchParams.get('path') ?? '')
      const found = published().find(({ formerAddresses }) => formerAddresses.map(formerPath).includes(path))
      return found === undefined
        ? problem(404, 'not-found')
        : { headers, body: { id: found.id, slug: found.slug } }
    }
    if (collection === 'search')
      return {
        headers,
        body: searchHits({
          ...{ posts: published(), comments },
          ...{ word: url.searchParams.get('q') ?? '', kind: url.searchParams.get('kind') },
        }),
      }
    if (which !== undefined) {
      const name = decodeURIComponent(which)
      const post = posts.find(({ id, slug }) => id === name || slug === name)
      if (post?.status !== 'published')
        return problem(404, 'not-found', { near: name.includes('heron') ? published().slice(0, 1) : [] })
      return pageOf(post, url)
    }
    const tag = url.searchParams.get('tag')
    const author = url.searchParams.get('author')
    const from = Number(url.searchParams.get('cursor') ?? 0)
    const all = published(url.searchParams.get('kind') ?? 'post').filter(
      ({ tags, authorName }) =>
        (tag === null || tags.some((each) => tagSlug(each) === tag)) &&
        (author === null || (authorName !== null && authorSlug(authorName) === author)),
    )
    const limit = Math.min(Number(url.searchParams.get('limit')), 4)
    const more = all.length > from + limit
    return {
      headers: { ...headers, ...(more ? { Link: `</posts?cursor=${from + limit}>; rel="next"` } : {}) },
      body: all.slice(from, from + limit).map((post) => ({
        ...head(post),
        excerpt: post.excerpt ?? post.content.split('\n')[0],
        isSigned: authors().length > 1,
        comments: [],
      })),
    }
  }
}
