import type { postEndpoints } from '@logbook/contracts/endpoints/posts.ts'
import type { PostState } from '@logbook/contracts/events/posts.ts'
import type { PostHistoryEntry } from '@logbook/contracts/http/post-history.ts'
import { apiOf } from '../../services/api.ts'
import { bodyOf } from './api.ts'

/** Posts and versions looked at, the latest; each version is one request. */
const [postsMax, versionsMax] = [20, 20]

/** A post that shows a medium, and the versions of its text that do. */
export interface PostUse {
  id: string
  title: string
  isDraft: boolean
  /** The latest first. */
  versions: { version: number; time: string }[]
  /** True where older versions were not looked at. */
  isCut: boolean
}

const call = apiOf<typeof postEndpoints.rows>()

const changesPictures = ({ version, changed }: PostHistoryEntry): boolean =>
  version === 1 || changed.includes('content') || changed.includes('cover')

const showsMedium = (post: PostState, mediumId: string): boolean =>
  post.status !== 'deleted' && `${post.cover ?? ''} ${post.content}`.includes(`/media/${mediumId}`)

interface Asked {
  mediumId: string
  signal: AbortSignal
}

const useIn = async (id: string, { mediumId, signal }: Asked): Promise<PostUse | undefined> => {
  const asked = { params: { id }, signal }
  const [post, history] = await Promise.all([
    bodyOf(call('GET /api/author/posts/:id', asked)),
    bodyOf(call('GET /api/posts/:id/history', asked)),
  ])
  if (post.status === 'deleted') return undefined
  const changes = history.filter(changesPictures)
  const read = changes
    .slice(0, versionsMax)
    .map(({ version }) =>
      bodyOf(
        call('GET /api/posts/:id/history/:version', { params: { id, version: String(version) }, signal }),
      ),
    )
  const versions = (await Promise.all(read)).filter((each) => showsMedium(each.post, mediumId))
  return {
    ...{ id, title: post.title, isDraft: post.status === 'draft' },
    versions: versions.map(({ version, time }) => ({ version, time })),
    isCut: changes.length > versionsMax,
  }
}

/** Where a medium is shown, by post and version. Throws a Refusal, or a TypeError where there is no connection. */
export const usesOf = async (
  { id, posts }: { id: string; posts: readonly string[] },
  signal: AbortSignal,
): Promise<PostUse[]> => {
  const asked = { mediumId: id, signal }
  const uses = await Promise.all(posts.slice(0, postsMax).map((post) => useIn(post, asked)))
  return uses.filter((use) => use !== undefined)
}
