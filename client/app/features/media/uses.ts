import type { PostState } from '@logbook/contracts/events/posts.ts'
import type { PostHistoryEntry, PostVersion } from '@logbook/contracts/http/post-history.ts'
import { getJson } from './api.ts'

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

type Get = <Body>(path: string, signal: AbortSignal) => Promise<Body>

const changesPictures = ({ version, changed }: PostHistoryEntry): boolean =>
  version === 1 || changed.includes('content') || changed.includes('cover')

const showsMedium = (post: PostState, mediumId: string): boolean =>
  post.status !== 'deleted' && `${post.cover ?? ''} ${post.content}`.includes(`/media/${mediumId}`)

interface Asked {
  mediumId: string
  signal: AbortSignal
  get: Get
}

const useIn = async (id: string, { mediumId, signal, get }: Asked): Promise<PostUse | undefined> => {
  const [post, history] = await Promise.all([
    get<PostState>(`/author/posts/${id}`, signal),
    get<PostHistoryEntry[]>(`/posts/${id}/history`, signal),
  ])
  if (post.status === 'deleted') return undefined
  const changes = history.filter(changesPictures)
  const read = changes
    .slice(0, versionsMax)
    .map(({ version }) => get<PostVersion>(`/posts/${id}/history/${version}`, signal))
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
  get: Get = getJson,
): Promise<PostUse[]> => {
  const asked = { mediumId: id, signal, get }
  const uses = await Promise.all(posts.slice(0, postsMax).map((post) => useIn(post, asked)))
  return uses.filter((use) => use !== undefined)
}
