import type { PublicComment } from '@logbook/contracts/http/comments.ts'
import type { SearchHit } from '@logbook/contracts/http/search.ts'
import type { LivePost } from './sample-blog.ts'

const threadsPerPage = 50
const repliesShownMax = 5

interface Source {
  ofPost: (id: string) => PublicComment[]
  shown: (comment: PublicComment) => PublicComment
  mine: ReadonlySet<string>
  votes: ReadonlyMap<string, 1 | -1>
}

/** Threads in pages, as query gives them, with numbers for cursors: the newest first, replies from the first on. */
export const createThreads = ({ ofPost, shown, mine, votes }: Source) => {
  const childrenOf = (all: readonly PublicComment[], id: string | null) =>
    all.filter(({ parentId, status }) => parentId === id && status === 'approved')

  const belowOf = (all: readonly PublicComment[], id: string): number =>
    childrenOf(all, id).reduce((sum, child) => sum + 1 + belowOf(all, child.id), 0)

  const pathTo = (all: readonly PublicComment[], id: string | null): PublicComment[] => {
    const found = all.find((each) => each.id === id)
    return found ? [...pathTo(all, found.parentId), found] : []
  }

  const print = (
    all: readonly PublicComment[],
    starts: readonly PublicComment[],
    path: readonly PublicComment[] = [],
  ) => {
    const picked = new Set([...starts, ...path])
    for (const each of picked)
      for (const reply of childrenOf(all, each.id).slice(0, repliesShownMax)) picked.add(reply)
    return all
      .filter((each) => picked.has(each))
      .map((each) => {
        const replies = childrenOf(all, each.id).length
        const [own, vote] = [mine.has(each.id), votes.get(each.id) ?? null]
        const viewer = own || vote ? { viewer: { own, vote } } : {}
        const more = replies > repliesShownMax ? String(repliesShownMax) : null
        return { ...shown(each), replies, below: replies && belowOf(all, each.id), more, ...viewer }
      })
  }

  const page = (postId: string, after: number, sought: string | null = null) => {
    const all = ofPost(postId)
    const roots = all.filter(({ parentId }) => parentId === null).toReversed()
    const path = pathTo(all, sought)
    const place = Math.max(0, path[0] ? roots.indexOf(path[0]) : 0)
    const from = sought ? place - (place % threadsPerPage) : after
    const rest =
      from === 0 ? all.filter(({ parentId, status }) => parentId !== null && status !== 'approved') : []
    const count = (status: string) => all.filter((each) => each.status === status).length
    return {
      comments: print(all, [...roots.slice(from, from + threadsPerPage), ...rest], path),
      next: roots.length > from + threadsPerPage ? String(from + threadsPerPage) : null,
      waiting: count('pending'),
      unpublished: count('rejected'),
    }
  }

  return {
    first(postId: string, search: URLSearchParams) {
      const { comments, ...thread } = page(postId, Number(search.get('comments') ?? 0), search.get('comment'))
      const own = ofPost(postId).filter(({ id, status }) => mine.has(id) && status !== 'approved')
      const comes = own.filter(({ status }) => status !== 'deleted')
      return { comments, thread, viewer: { comments: comes } }
    },
    more(postId: string, search: URLSearchParams) {
      const from = Number(search.get('cursor') ?? 0)
      const parent = search.get('parent')
      if (parent !== null) {
        const all = ofPost(postId)
        return { body: print(all, childrenOf(all, parent).slice(from)) }
      }
      const { comments, next } = page(postId, from)
      return {
        body: comments,
        next: next === null ? undefined : { cursor: next },
      }
    },
  }
}

interface Searched {
  posts: readonly LivePost[]
  comments: readonly PublicComment[]
  word: string
  kind: string | null
}

const commentHitsMax = 3

/** Posts that have a word in their title, and then some of the comments that say it, with the word marked. */
export const searchHits = ({ posts, comments, word, kind }: Searched): SearchHit[] => {
  const isThere = (text: string | null) => text?.toLowerCase().includes(word.toLowerCase()) ?? false
  const snippet = [
    { text: 'It says <b>', marked: false },
    { text: word, marked: true },
    { text: '</b> here.', marked: false },
  ]
  const ofPosts = posts
    .filter(({ title }) => isThere(title))
    .map(({ id, slug, title, createdAt: at }) => {
      const titled = { slug, title: [{ text: title, marked: false }] }
      return { kind: 'post' as const, id, postId: id, ...titled, authorName: null, at, snippet }
    })
  const ofComments = comments
    .filter(({ content }) => isThere(content))
    .slice(0, commentHitsMax)
    .flatMap(({ id, postId, author, createdAt: at }) => {
      const post = posts.find((each) => each.id === postId)
      if (post === undefined) return []
      const titled = { slug: post.slug, title: [{ text: post.title, marked: false }] }
      return [
        { kind: 'comment' as const, id, postId, ...titled, authorName: author?.name ?? null, at, snippet },
      ]
    })
  return [...(kind === 'comments' ? [] : ofPosts), ...(kind === 'posts' ? [] : ofComments)]
}
