import { useLoaderData } from 'react-router'
import type { Viewer } from '../../services/viewer.server.ts'
import { useViewer } from '../page/viewer.ts'

/** Whether the reader wrote a post, as far as its page can tell: by name. The services decide. */
export const isWriterOf = (post: { authorName: string | null }, viewer: Viewer | null): boolean =>
  viewer?.role === 'author' && viewer.name === post.authorName

/** The same of the post of this page. */
export const useIsWriter = (): boolean => {
  const { post } = useLoaderData<{ post: { authorName: string | null } }>()
  return isWriterOf(post, useViewer())
}
