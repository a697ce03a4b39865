import { Portrait } from '../posts/portrait.tsx'
import { nameOf, type ThreadComment } from './thread.ts'

/** Who wrote a comment, with the picture of a person who has chosen one, else with initials. */
export const Author = ({ comment }: { comment: ThreadComment }) => {
  const { author, authorPicture, mine, own, anonymized } = comment
  const name = (author === null || anonymized) && (mine || own) ? 'You' : nameOf(comment)
  if (comment.kind === 'mention' && author?.url)
    return (
      <span>
        <bdi className="author">{name}</bdi> mentioned this on{' '}
        <a href={author.url} rel="nofollow ugc noopener">
          <bdi>{new URL(author.url).host}</bdi>
        </a>
      </span>
    )
  return (
    <span>
      {author === null || anonymized ? null : <Portrait name={author.name} picture={authorPicture ?? null} />}
      {author?.url && !anonymized ? (
        <a href={author.url} rel="nofollow ugc noopener" className="author">
          <bdi>{name}</bdi>
        </a>
      ) : (
        <bdi className="author">{name}</bdi>
      )}
    </span>
  )
}
