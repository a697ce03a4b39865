import { useActionData, useLoaderData } from 'react-router'
import { roomMeta } from '../features/page/title.ts'
import { loadOwnPost, newDraft, savePost } from '../features/writing/commands.server.ts'
import { Composer } from '../features/writing/composer.tsx'
import { blogContext } from '../services/blog.server.ts'
import { readForm } from '../services/form.server.ts'
import { viewerWith } from '../services/viewer.server.ts'
import type { Route } from './+types/write'

export const loader = async ({ request, context, params: { id } }: Route.LoaderArgs) => {
  viewerWith(request, ['author', 'owner'])
  const post =
    id === undefined ? newDraft : await loadOwnPost({ blog: context.get(blogContext), request, id })
  return { post, requestKey: crypto.randomUUID() }
}

export const action = async ({ request, context, params: { id } }: Route.ActionArgs) =>
  savePost({ blog: context.get(blogContext), request, form: await readForm(request) }, id)

/** What is being typed is newer than anything that could be loaded. */
export const shouldRevalidate = () => false

export const meta: Route.MetaFunction = ({ loaderData, matches }) =>
  roomMeta(matches, loaderData?.post.draft.title || 'Write')

export default function Write() {
  const { post, requestKey } = useLoaderData<typeof loader>()
  const answered = useActionData<typeof action>()
  return <Composer key={post.id ?? 'new'} loaded={post} answered={answered} requestKey={requestKey} />
}
