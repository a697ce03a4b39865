import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import { printCountedView } from '@logbook/contracts/http/counted-view.ts'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import type { PostName, PostPage, ThreadComment } from '@logbook/contracts/http/query.ts'
import type { Turn } from '@logbook/markdown/threads/renderer.ts'
import { data } from 'react-router'
import { refuse } from '../../services/ask.server.ts'
import type { Blog } from '../../services/blog.server.ts'
import { call, callOrThrow } from '../../services/call.server.ts'
import { leadOnFromFormer } from '../../services/former.server.ts'
import { moved } from '../../services/moved.server.ts'
import { noteFailure } from '../../services/page-record.server.ts'
import { threadOf } from '../comments/thread.server.ts'
import { allComments, allShownMax, isSort, type LoadedThread, nameOf } from '../comments/thread.ts'
import { nextCursorOf } from '../page/paging.ts'
import { asOfQuery, asOfRequested } from '../past/as-of.server.ts'
import { keptInHtml } from '../past/as-of.ts'
import { pictureOf } from './picture.server.ts'
import type { Quote } from './quotes.tsx'
import { wholeThread } from './whole-thread.server.ts'

const descriptionCharsMax = 160
const quoteCharsMax = 200

interface Asked {
  blog: Blog
  request: Request
  slug: string
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The comment that must be on the page: named by the address, or just written by a form. */
const soughtIn = (search: URLSearchParams): string | undefined => {
  const id = (search.get('comment') ?? search.get('said') ?? '').toLowerCase()
  return uuid.test(id) ? id : undefined
}

/** The page itself; a missing one lists similar posts. */
const askPage = async ({ blog, request, slug }: Asked, search: URLSearchParams) => {
  const query = new URLSearchParams()
  const sort = search.get('sort')
  if (isSort(sort)) query.set('sort', sort)
  const comments = search.get('comments')
  const sought = soughtIn(search)
  if (comments && comments !== allComments) query.set('comments', comments)
  else if (sought) query.set('comment', sought)
  for (const [name, value] of Object.entries(await asOfQuery({ request, blog }))) query.set(name, value)
  const params = { idOrSlug: slug }
  const answer = await call(queryEndpoints, 'GET /posts/:idOrSlug', { blog, request, params, query })
  if (answer.ok) return answer
  if (answer.status !== 404) return refuse({ request }, answer)
  await leadOnFromFormer({ blog, request })
  const { near = [] } = answer.problem as { near?: PostName[] }
  throw data({ near }, { status: 404 })
}

/** A further page of the thread. */
const askThread = async (
  { blog, request, slug }: Asked,
  { parentId, cursor }: { parentId: string | null; cursor: string },
): Promise<{ comments: ThreadComment[]; next: string | null }> => {
  const sort = new URL(request.url).searchParams.get('sort')
  const of = parentId === null ? (isSort(sort) ? { sort } : {}) : { parent: parentId }
  const { body, headers } = await callOrThrow(queryEndpoints, 'GET /posts/:idOrSlug/thread', {
    ...{ blog, request, params: { idOrSlug: slug } },
    query: { ...of, cursor, ...(await asOfQuery({ request, blog })) },
  })
  return { comments: body, next: nextCursorOf(headers) }
}

/** The first page of a thread, with what a link requested: all of it, or more replies to one comment. */
const threadAsked = async (asked: Asked, { comments, thread, commentCount }: PostPage) => {
  const search = new URL(asked.request.url).searchParams
  const first = { comments, next: thread.next }
  if (search.get('comments') === allComments && commentCount <= allShownMax)
    return wholeThread({ first, ask: (place) => askThread(asked, place) })
  const [parentId, cursor] = [search.get('replies'), search.get('from')]
  if (!parentId || !cursor) return first
  const more = await askThread(asked, { parentId, cursor })
  const continued = comments.map((each) => (each.id === parentId ? { ...each, more: more.next } : each))
  return { ...first, comments: [...continued, ...more.comments] }
}

/** The beginnings of comments without marks. */
const quotesOf = (quotes: PostPage['quotes'], turn: Turn): Promise<Quote[]> =>
  Promise.all(
    quotes.map(async ({ id, author, content }) => ({
      id,
      name: nameOf({ author }),
      text: await turn.excerpt(content ?? '', { charsMax: quoteCharsMax }),
    })),
  )

/** All that a post's page shows, from one request to query. An id or an older slug redirects to the current address. */
export const loadPage = async (asked: Asked) => {
  const { blog, request, slug } = asked
  const { search, searchParams } = new URL(request.url)
  const { body, headers } = await askPage(asked, searchParams)
  if (body.slug !== slug) throw moved(`/posts/${encodeURIComponent(body.slug)}${search}`)
  const { content, comments: _, thread, excerpt, quotes, previous, next, related, viewer, ...head } = body
  const { comments, next: goesOn } = await threadAsked(asked, body)
  const asOf = asOfRequested(request)
  const picture = pictureOf(body, await blog.settings.current())
  const isFurther = searchParams.has('comments') && searchParams.get('comments') !== allComments
  const turn = blog.renderer.turn()
  const [{ html, headings }, shown, description, quoted] = await Promise.all([
    turn.post(content),
    threadOf({
      comments,
      own: asOf !== null || isFurther ? [] : (viewer?.comments ?? []),
      turn,
      said: searchParams.get('said'),
    }),
    excerpt ?? turn.excerpt(content, { charsMax: descriptionCharsMax }),
    quotesOf(quotes, turn),
  ])
  // A text shown as typed because no thread was free can be rendered for the next reader.
  if (!turn.isFinal()) noteFailure()
  const loaded: LoadedThread = {
    comments: shown,
    next: goesOn,
    inAll: { approved: body.commentCount, waiting: thread.waiting, unpublished: thread.unpublished },
  }
  const sought = searchParams.get('comment')?.toLowerCase()
  return {
    post: { ...head, html: keptInHtml(html, asOf), headings },
    beside: { previous, next, related },
    quotes: quoted,
    description,
    picture: picture?.path ?? null,
    thread: loaded,
    isMissing: sought !== undefined && !shown.some(({ id }) => id === sought),
    position: headers.get(names.position),
  }
}

/** What tells the gateway to count views of this page, where the blog counts them: the past is not counted. */
export const countedAs = async (
  postId: string,
  { blog, request }: Pick<Asked, 'blog' | 'request'>,
): Promise<Record<string, string>> => {
  const { countViews, timeZone } = await blog.settings.current()
  return countViews && asOfRequested(request) === null
    ? { [names.countedView]: printCountedView({ postId, timeZone }) }
    : {}
}
