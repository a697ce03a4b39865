import type { RecordedEvent } from '@logbook/contracts/envelope.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import { initialFlags } from '@logbook/contracts/events/comment-flags.ts'
import { decodeEvent } from '@logbook/contracts/events/decode.ts'
import type { PublicComment } from '@logbook/contracts/http/comments.ts'
import type { ThreadComment } from '@logbook/contracts/http/query.ts'

type Post = EventData<'PostUpdated'>
interface Known {
  comment: PublicComment
  at: number
}

/** The whole view as a fold in memory, as plain as can be: what the service is compared with. */
export const model = (events: readonly RecordedEvent[]) => {
  const posts = new Map<string, Post>()
  const slugs = new Map<string, string>()
  const comments = new Map<string, Known>()
  /** What became of each revision of a comment's text last. */
  const verdicts = new Map<string, string>()
  for (const recorded of events) {
    const decoded = decodeEvent(recorded)
    if (decoded.kind !== 'event') continue
    const { type, data, subject } = decoded.event
    if ((type === 'PostCreated' || type === 'PostUpdated') && subject === `post-${data.id}`) {
      posts.set(data.id, data)
      if (!slugs.has(data.slug)) slugs.set(data.slug, data.id)
    }
    if ((type === 'CommentCreated' || type === 'CommentUpdated') && subject === `comment-${data.id}`) {
      const known = comments.get(data.id)
      const { id, postId, parentId, createdAt } = data
      const status = data.status !== 'deleted' && data.erased ? 'deleted' : data.status
      if (known && (known.comment.postId !== postId || known.comment.parentId !== parentId)) continue
      const comment: PublicComment = {
        ...{ id, postId, parentId, createdAt, status },
        ...{
          author: null,
          content: null,
          reason: null,
          score: 0,
          ...initialFlags,
          revision: 1,
          editedAt: null,
        },
      }
      if (type === 'CommentUpdated' && data.status !== 'deleted' && !data.erased) {
        const { score, revision, editedAt, author, content } = data
        const { promoted, searchable, advertised, anonymized } = data
        Object.assign(comment, { score, revision, editedAt, searchable, anonymized })
        if (status === 'approved') {
          const shownAuthor = anonymized || author === null ? null : { name: author.name, url: author.url }
          Object.assign(comment, { content, author: shownAuthor, promoted, advertised })
        }
      }
      verdicts.set(`${id} ${comment.revision}`, status)
      comments.set(id, { comment, at: known?.at ?? recorded.position })
    }
  }

  const of = (postId: string) =>
    [...comments.values()]
      .filter(({ comment }) => comment.postId === postId)
      .sort((a, b) => Date.parse(a.comment.createdAt) - Date.parse(b.comment.createdAt) || a.at - b.at)
      .map(({ comment }) => comment)
  const approved = (postId: string) => of(postId).filter(({ status }) => status === 'approved')

  const thread = (postId: string): ThreadComment[] => {
    const all = of(postId)
    const alive = (comment: PublicComment, path: string[] = []): boolean =>
      comment.status !== 'deleted' ||
      all.some(
        (reply) =>
          reply.parentId === comment.id && !path.includes(reply.id) && alive(reply, [...path, comment.id]),
      )
    const visible = all.filter((comment) => alive(comment))
    const out: PublicComment[] = []
    const emit = (comment: PublicComment, path: string[]) => {
      if (path.includes(comment.id) || out.some(({ id }) => id === comment.id)) return
      const parent = visible.find(({ id }) => id === comment.parentId)
      if (parent) emit(parent, [...path, comment.id])
      const parentId = out.some(({ id }) => id === comment.parentId) ? comment.parentId : null
      out.push({ ...comment, parentId })
    }
    for (const comment of visible) emit(comment, [])
    const readable = ({ id, status }: PublicComment): boolean =>
      status === 'approved' || out.some((reply) => reply.parentId === id && readable(reply))
    const belowOf = (id: string): number =>
      out
        .filter(({ parentId }) => parentId === id)
        .reduce((sum, reply) => sum + belowOf(reply.id) + (reply.status === 'approved' ? 1 : 0), 0)
    return out.map((comment) => {
      const replies = out.filter((reply) => reply.parentId === comment.id && readable(reply)).length
      return { ...comment, replies, below: belowOf(comment.id), more: null }
    })
  }

  const published = [...posts.values()].filter((post) => post.status === 'published')
  const wordsOf = (...texts: (string | null)[]): Set<string> =>
    new Set(
      texts
        .join(' ')
        .toLowerCase()
        .match(/[\p{L}\p{N}]+/gu),
    )
  const texts = () =>
    published.flatMap(({ id, title, slug, tags, content }) => [
      { id, words: wordsOf(title, slug, ...tags, content) },
      ...approved(id).map((comment) => ({
        id: comment.id,
        words: comment.searchable ? wordsOf(comment.content) : new Set<string>(),
      })),
    ])

  return {
    slugs,
    search: (words: readonly string[]) =>
      texts()
        .filter((text) => words.every((word) => text.words.has(word)))
        .map(({ id }) => id)
        .sort(),
    /** The ids of everything that readers may see now. */
    visible: (): ReadonlySet<string> => new Set(texts().map(({ id }) => id)),
    /** True of a text of a comment that a later verdict withdrew. */
    isWithdrawn: (id: string, revision: number): boolean => verdicts.get(`${id} ${revision}`) !== 'approved',
    /** True of a comment that is shown without its author. */
    isAnonymous: (id: string): boolean => comments.get(id)?.comment.anonymized ?? false,
    featured: () =>
      published
        .flatMap(({ id }) => approved(id))
        .filter(({ promoted }) => promoted)
        .map(({ id }) => id)
        .sort(),
    page: (id: string) => {
      const post = published.find((each) => each.id === id)
      return (
        post && {
          id,
          title: post.title,
          content: post.content,
          count: approved(id).length,
          comments: thread(id),
          quotes: approved(id)
            .filter(({ advertised }) => advertised)
            .slice(-3)
            .reverse(),
        }
      )
    },
    list: () =>
      published
        .filter(({ kind }) => kind === 'post')
        .sort((a, b) => Date.parse(b.publishedAt) - Date.parse(a.publishedAt) || (a.id < b.id ? 1 : -1))
        .map(({ id }) => ({ id, count: approved(id).length, latest: approved(id).slice(-3) })),
    tags: () => {
      const counts = new Map<string, number>()
      for (const { kind, tags } of published)
        if (kind === 'post') for (const tag of new Set(tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1)
      return Object.fromEntries(counts)
    },
  }
}
