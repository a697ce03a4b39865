import type { ThreadComment } from './thread.ts'

export const nameOf = ({ author }: ThreadComment): string => author?.name ?? 'Anonymous'

export const Author = ({ comment }: { comment: ThreadComment }) => {
  const { author, mine, own } = comment
  const name = author === null && (mine || own) ? 'You' : nameOf(comment)
  return author?.url ? (
    <a href={author.url} rel="nofollow ugc noopener" className="author">
      <bdi>{name}</bdi>
    </a>
  ) : (
    <bdi className="author">{name}</bdi>
  )
}
