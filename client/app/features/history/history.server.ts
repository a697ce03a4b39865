import { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import { postEndpoints } from '@logbook/contracts/endpoints/posts.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import type { PostState, TakenDownTexts } from '@logbook/contracts/events/posts.ts'
import type { PostDiff, PostHistoryEntry } from '@logbook/contracts/http/post-history.ts'
import { data, redirect } from 'react-router'
import { refuse } from '../../services/ask.server.ts'
import type { Blog } from '../../services/blog.server.ts'
import { call, callOrThrow } from '../../services/call.server.ts'
import { type Form, field, onceFor } from '../../services/form.server.ts'
import { rememberPosition } from '../../services/position.server.ts'
import { nextCursorOf } from '../page/paging.ts'
import { whyNotSaved } from '../writing/words.ts'

interface Asked {
  blog: Blog
  request: Request
  id: string
}

export type Entry = Pick<PostHistoryEntry, 'version' | 'time' | 'says' | 'status'>

const entriesPerPage = 100

const etagVersion = ({ headers }: { headers: Headers }): number =>
  Number(/^"(\d+)"$/.exec(headers.get('ETag') ?? '')?.[1] ?? 0)

/** A version that the address names; undefined where it names none. */
const versionIn = (search: URLSearchParams, name: string): number | undefined => {
  const text = search.get(name) ?? ''
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined
}

/** The version that the slider's step stands for: 1 is the oldest one listed. */
const versionAtStep = (search: URLSearchParams, entries: readonly Entry[]): number | undefined =>
  entries[entries.length - Number(search.get('step') ?? Number.NaN)]?.version

const entryOf = ({ version, time, says, status }: PostHistoryEntry): Entry => ({
  version,
  time,
  says,
  status,
})

const titleOf = (post: PostState): string => (post.status === 'deleted' ? 'A deleted post' : post.title)

/** A post's title and version; undefined for one that cannot be read: its history says whether it existed. */
const askPost = async ({ blog, request, id }: Asked) => {
  const answer = await call(postEndpoints, 'GET /posts/:id', { blog, request, params: { id } })
  if (answer.ok) return { title: titleOf(answer.body), version: etagVersion(answer), isDeleted: false }
  return [403, 404, 410].includes(answer.status) ? undefined : refuse({ request }, answer)
}

/** The last title of a deleted post. It cannot be edited, so there is no version for that. */
const askDeleted = async ({ blog, request, id }: Asked, version: number) => {
  const params = { id, version: String(version) }
  const answer = await call(postEndpoints, 'GET /posts/:id/history/:version', { blog, request, params })
  if (!answer.ok && !isWithheld(answer.status)) return refuse({ request }, answer)
  return { title: answer.ok ? titleOf(answer.body.post) : 'a deleted post', version: 0, isDeleted: true }
}

/** What changed; null where the text was taken down. */
const askDiff = async (
  { blog, request, id }: Asked,
  query: Readonly<Record<string, string>>,
): Promise<PostDiff | null> => {
  const answer = await call(postEndpoints, 'GET /posts/:id/diff', { blog, request, params: { id }, query })
  if (answer.ok) return answer.body
  return isWithheld(answer.status) ? null : refuse({ request }, answer)
}

/** 410: taken down for everyone. 403: moderators have no access to it. */
const isWithheld = (status: number): boolean => status === 410 || status === 403

export interface TakenDown {
  by: string
  reason: string
  time: string
  /** `all`: the post is gone; `earlier`: what it said before is withheld. */
  texts: TakenDownTexts
}

/** The latest take-down of a post, from its history. */
const takenDownIn = (history: readonly PostHistoryEntry[]): TakenDown | null => {
  const found = history.find(({ type }) => type === 'PostTakenDown')
  if (found === undefined) return null
  const { reason, texts } = found.data as EventData<'PostTakenDown'>
  return { by: found.by?.name ?? 'someone who was erased', reason, time: found.time, texts }
}

/** The pages that it links to, and whether they were told. Empty while notifications is away. */
const askMentions = async ({ blog, request, id }: Asked) => {
  const answer = await call(notificationEndpoints, 'GET /mentions/:id', { blog, request, params: { id } })
  return answer.ok ? answer.body : []
}

/** What happened to a post, newest first, and what changed with the version that the address names. */
export const loadHistory = async (asked: Asked) => {
  const { blog, request, id } = asked
  const { searchParams: search } = new URL(request.url)
  const cursor = search.get('cursor')
  const query = { limit: String(entriesPerPage), ...(cursor ? { cursor } : {}) }
  const [post, mentions, history] = await Promise.all([
    askPost(asked),
    askMentions(asked),
    callOrThrow(postEndpoints, 'GET /posts/:id/history', { blog, request, params: { id }, query }),
  ])
  const entries = history.body.map(entryOf)
  const from = versionIn(search, 'from')
  const to = versionAtStep(search, entries) ?? versionIn(search, 'to') ?? entries[0]?.version
  const between = {
    ...(from === undefined ? {} : { from: String(from) }),
    ...(to === undefined ? {} : { to: String(to) }),
  }
  const takenDown = takenDownIn(history.body)
  const diff = takenDown?.texts === 'all' ? null : await askDiff(asked, between)
  const deleted = () =>
    diff === null
      ? { title: 'a post that was taken down', version: 0, isDeleted: true }
      : askDeleted(asked, diff.to.version)
  return {
    post: { id, ...(post ?? (await deleted())) },
    entries,
    takenDown,
    mentions,
    /** The version that is shown. */
    to: diff?.to.version ?? to ?? 0,
    older: nextCursorOf(history.headers),
    diff,
    /** The version that was chosen to compare with, and not just the one before. */
    from: from ?? null,
    requestKey: crypto.randomUUID(),
  }
}

/** Restores the text of an earlier version by an ordinary edit, and redirects to the history. */
export const restoreVersion = async ({ blog, request, id, form }: Asked & { form: Form }) => {
  const version = String(Number(field(form, 'restore')))
  const earlier = await callOrThrow(postEndpoints, 'GET /posts/:id/history/:version', {
    ...{ blog, request, params: { id, version } },
  })
  if (earlier.body.post.status === 'deleted') throw data(null, { status: 404 })
  const { title, content, excerpt, tags } = earlier.body.post
  const answer = await call(postEndpoints, 'PATCH /posts/:id', {
    ...{ blog, request, params: { id } },
    headers: {
      'If-Match': `"${Number(field(form, 'version'))}"`,
      ...onceFor(form, 'restore'),
    },
    body: { title, content, excerpt, tags },
  })
  if (answer.ok)
    throw redirect(`/write/${encodeURIComponent(id)}/history`, { headers: rememberPosition(answer) })
  const problem =
    answer.status === 412
      ? 'It was changed elsewhere in the meantime. Look at the changes, then try again.'
      : whyNotSaved(answer.problem)
  return data({ problem }, { status: answer.status })
}
