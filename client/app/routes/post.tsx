import { data, isRouteErrorResponse, useActionData } from 'react-router'
import {
  deleteComment,
  editComment,
  flagComment,
  postComment,
  postVote,
} from '../features/comments/commands.server.ts'
import { Comments } from '../features/comments/comments.tsx'
import { removePortrait } from '../features/moderation/remove-portrait.server.ts'
import { RemovePortrait } from '../features/moderation/remove-portrait.tsx'
import { takeCommentDown, takePostDown } from '../features/moderation/take-down.server.ts'
import { TakePostDown } from '../features/moderation/take-down.tsx'
import { Away, Broken, Missing, type NotSent, nearOf } from '../features/page/errors.tsx'
import { feedLinks } from '../features/page/feeds.ts'
import { coverFor, pictureFor } from '../features/page/head.ts'
import { leave, reading } from '../features/page/scripts.ts'
import { blogIn, roomMeta } from '../features/page/title.ts'
import { moderates, useViewer } from '../features/page/viewer.ts'
import { NoSuchMoment, whyNoMoment } from '../features/past/no-such-moment.tsx'
import { pageMeta } from '../features/past/past-meta.ts'
import { authorPath } from '../features/posts/author.tsx'
import { countedAs, loadPage } from '../features/posts/page.server.ts'
import { PostArticle } from '../features/posts/post-article.tsx'
import { blogContext } from '../services/blog.server.ts'
import { field, readForm } from '../services/form.server.ts'
import type { Route } from './+types/post'

export const handle = reading
export const clientLoader = leave

/** Where pages elsewhere say that they mention a post (Webmention). */
const mentionsTo = '/webmention'

export const loader = async ({ request, context, params: { slug } }: Route.LoaderArgs) => {
  const blog = context.get(blogContext)
  const page = await loadPage({ blog, request, slug })
  const { mentions } = await blog.settings.current()
  const takesMentions = mentions && !page.post.commentsClosed
  const counted = await countedAs(page.post.id, { blog, request })
  const link = takesMentions ? { Link: `<${mentionsTo}>; rel="webmention"` } : {}
  return data({ ...page, takesMentions }, { headers: { ...counted, ...link } })
}

export const headers: Route.HeadersFunction = ({ errorHeaders, loaderHeaders }) =>
  errorHeaders ?? loaderHeaders

export const action = async ({ request, context }: Route.ActionArgs) => {
  const form = await readForm(request)
  const postId = field(form, 'postId')
  const command = { blog: context.get(blogContext), request, form, postId }
  switch (form.get('intent')) {
    case 'comment':
      return postComment(command)
    case 'vote':
      return postVote(command)
    case 'edit':
      return editComment(command)
    case 'delete':
      return deleteComment(command)
    case 'flag':
      return flagComment(command)
    case 'take-comment-down':
      return takeCommentDown(command)
    case 'remove-portrait':
      return removePortrait(command)
    case 'take-post-down':
      return takePostDown(command)
    default:
      throw data(null, { status: 400 })
  }
}

export const meta: Route.MetaFunction = ({ loaderData, matches, location }) => {
  if (loaderData === undefined) return roomMeta(matches, 'There is nothing here')
  const { post, description, picture, takesMentions } = loaderData
  const { title, slug, cover, coverAlt, publishedAt, updatedAt, authorName, tags, commentCount } = post
  const { title: blogTitle, language } = blogIn(matches)
  const author = { authorName, authorPath: authorName === null ? null : authorPath(authorName) }
  const article = { publishedAt, modifiedAt: updatedAt, ...author, tags, commentCount, language }
  return pageMeta(
    { location, matches },
    {
      ...{ title, description: description || title },
      image: cover === null ? pictureFor(picture, title) : coverFor(cover, coverAlt),
      ...(post.kind === 'post' ? { article } : {}),
      // A place in its thread is none of another page.
      path: `/posts/${encodeURIComponent(slug)}`,
      feeds: [
        ...feedLinks({ title: blogTitle }),
        ...feedLinks({ title: `Comments on ${title}`, query: { post: slug } }),
        ...(takesMentions ? [{ tagName: 'link' as const, rel: 'webmention', href: mentionsTo }] : []),
      ],
    },
  )
}

export default function Post({ loaderData, actionData }: Route.ComponentProps) {
  const { post, beside, quotes, thread, isMissing, position } = loaderData
  const viewer = useViewer()
  const notTakenDown = actionData && 'notTakenDown' in actionData ? actionData.notTakenDown : undefined
  return (
    <>
      <PostArticle post={post} beside={beside} quotes={quotes} />
      {moderates(viewer?.role) ? (
        <>
          <TakePostDown
            id={post.id}
            problem={notTakenDown?.id === post.id ? notTakenDown.problem : undefined}
          />
          {post.authorPicture === null || viewer?.name === post.authorName ? null : (
            <RemovePortrait
              id={post.id}
              picture={post.authorPicture}
              name={post.authorName ?? 'the author'}
            />
          )}
        </>
      ) : null}
      <Comments
        postId={post.id}
        isClosed={post.commentsClosed}
        position={position}
        loaded={thread}
        isMissing={isMissing}
        typed={actionData && 'typed' in actionData ? actionData.typed : undefined}
        refused={actionData && 'refused' in actionData ? actionData.refused : undefined}
      />
    </>
  )
}

/** The form that could not be taken, with what was typed. */
const notSentOf = (answer: ReturnType<typeof useActionData<typeof action>>): NotSent | undefined => {
  if (answer === undefined || 'notTakenDown' in answer) return undefined
  if ('typed' in answer) {
    const { text, postId, parentId, name, email } = answer.typed
    return { text, fields: { intent: 'comment', postId, parentId: parentId ?? '', name, email } }
  }
  const { id, text, revision = '' } = answer.refused
  return text === undefined ? undefined : { text, fields: { intent: 'edit', id, revision } }
}

export const ErrorBoundary = ({ error }: Route.ErrorBoundaryProps) => {
  const answer = useActionData<typeof action>()
  if (isRouteErrorResponse(error) && error.status === 404) return <Missing near={nearOf(error.data)} />
  if (isRouteErrorResponse(error) && error.status === 422 && whyNoMoment(error.data))
    return <NoSuchMoment why={whyNoMoment(error.data) ?? ''} />
  if (isRouteErrorResponse(error) && error.status === 503) return <Away notSent={notSentOf(answer)} />
  return <Broken />
}
