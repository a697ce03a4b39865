import type { EventData } from '@logbook/contracts/events/catalog.ts'
import type { PostState, TakenDownTexts } from '@logbook/contracts/events/posts.ts'
import type { PostDiff, PostHistoryEntry, PostVersion } from '@logbook/contracts/http/post-history.ts'
import { data, redirect } from 'react-router'
import { ask, askOrThrow, refuse } from '../../services/ask.server.ts'
import type { Blog } from '../../services/blog.server.ts'
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

const addressOf = ({ blog, id }: Pick<Asked, 'blog' | 'id'>): string =>
  `${blog.urls.posts}/posts/${encodeURIComponent(id)}`

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

interface Question {
  request: Request
  url: string
}

/** A post's title and version; undefined for one that cannot be read: its history says whether it existed. */
const askPost = async (question: Question) => {
  const answer = await ask<PostState>(question)
  if (answer.ok) return { title: titleOf(answer.body), version: etagVersion(answer), isDeleted: false }
  return [403, 404, 410].includes(answer.status) ? undefined : refuse(question, answer)
}

/** The last title of a deleted post. It cannot be edited, so there is no version for that. */
const askDeleted = async (question: Question) => {
  const answer = await ask<PostVersion>(question)
  if (!answer.ok && !isWithheld(answer.status)) return refuse(question, answer)
  return { title: answer.ok ? titleOf(answer.body.post) : 'a deleted post', version: 0, isDeleted: true }
}

/** What changed; null where the text was taken down. */
const askDiff = async (question: Question): Promise<PostDiff | null> => {
  const answer = await ask<PostDiff>(question)
  if (answer.ok) return answer.body
  return isWithheld(answer.status) ? null : refuse(question, answer)
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

/** What happened to a post, newest first, and what changed with the version that the address names. */
export const loadHistory = async ({ blog, request, id }: Asked) => {
  const { searchParams: search } = new URL(request.url)
  const url = addressOf({ blog, id })
  const cursor = search.get('cursor')
  const page = new URLSearchParams({ limit: String(entriesPerPage), ...(cursor ? { cursor } : {}) })
  const [post, history] = await Promise.all([
    askPost({ request, url }),
    askOrThrow<PostHistoryEntry[]>({ request, url: `${url}/history?${page}` }),
  ])
  const entries = history.body.map(entryOf)
  const from = versionIn(search, 'from')
  const to = versionAtStep(search, entries) ?? versionIn(search, 'to') ?? entries[0]?.version
  const between = new URLSearchParams({
    ...(from === undefined ? {} : { from: String(from) }),
    ...(to === undefined ? {} : { to: String(to) }),
  })
  const takenDown = takenDownIn(history.body)
  const diff = takenDown?.texts === 'all' ? null : await askDiff({ request, url: `${url}/diff?${between}` })
  const deleted = () =>
    diff === null
      ? { title: 'a post that was taken down', version: 0, isDeleted: true }
      : askDeleted({ request, url: `${url}/history/${diff.to.version}` })
  return {
    post: { id, ...(post ?? (await deleted())) },
    entries,
    takenDown,
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
  const url = addressOf({ blog, id })
  const version = Number(field(form, 'restore'))
  const earlier = await askOrThrow<PostVersion>({ request, url: `${url}/history/${version}` })
  if (earlier.body.post.status === 'deleted') throw data(null, { status: 404 })
  const { title, content, excerpt, tags } = earlier.body.post
  const answer = await ask<PostState>({
    request,
    url,
    method: 'PATCH',
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
