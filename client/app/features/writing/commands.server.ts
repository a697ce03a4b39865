import type { LivePost, PostState } from '@logbook/contracts/events/posts.ts'
import type { PostDiff, PostVersion } from '@logbook/contracts/http/post-history.ts'
import { data, redirect } from 'react-router'
import { type Answer, ask, askOrThrow } from '../../services/ask.server.ts'
import type { Blog } from '../../services/blog.server.ts'
import { type Form, field, onceFor, onceForText, typedText } from '../../services/form.server.ts'
import { rememberPosition } from '../../services/position.server.ts'
import { type Draft, draftOf, emptyDraft, type Saved, writtenOf } from './draft.ts'
import { mergeDrafts } from './merge.ts'
import { whyNotSaved } from './words.ts'

interface Command {
  blog: Blog
  request: Request
  form: Form
}

const typedDraft = (form: Form): Draft => ({
  title: typedText(form, 'title'),
  content: typedText(form, 'content'),
  tags: typedText(form, 'tags'),
  excerpt: typedText(form, 'excerpt'),
  slug: typedText(form, 'slug'),
  ...(form.has('cover') ? { cover: typedText(form, 'cover') } : {}),
  ...(form.has('coverAlt') ? { coverAlt: typedText(form, 'coverAlt') } : {}),
  ...(form.has('kind') ? { kind: typedText(form, 'kind') } : {}),
  ...(form.has('comments') ? { comments: typedText(form, 'comments') } : {}),
})

const versionOf = ({ headers }: { headers: Headers }): number =>
  Number(/^"(\d+)"$/.exec(headers.get('ETag') ?? '')?.[1] ?? 0)

const postUrl = (blog: Blog, id: string): string => `${blog.urls.posts}/posts/${encodeURIComponent(id)}`

/** A post of the author's own, draft or published, with its version. */
export const loadOwnPost = async ({ blog, request, id }: Omit<Command, 'form'> & { id: string }) => {
  const answer = await askOrThrow<PostState>({ request, url: postUrl(blog, id) })
  if (answer.body.status === 'deleted') throw data(null, { status: 404 })
  const { slug, status } = answer.body
  return { id, slug, status, version: versionOf(answer), draft: draftOf(answer.body) }
}

type PostSave = Omit<Command, 'form'> & { id: string; baseVersion: number; draft: Draft }

/** The current text, and, if the history has it, the text that a draft started from. */
const sidesOf = async ({ blog, request, id, baseVersion }: Omit<PostSave, 'draft'>) => {
  const url = postUrl(blog, id)
  const [{ version, draft: theirs }, before] = await Promise.all([
    loadOwnPost({ blog, request, id }),
    ask<PostVersion>({ request, url: `${url}/history/${baseVersion}` }),
  ])
  const base = before.ok && before.body.post.status !== 'deleted' ? draftOf(before.body.post) : null
  return { version, theirs, base }
}

const clash = async ({ blog, request, id, baseVersion, draft }: PostSave) => {
  const sides = await sidesOf({ blog, request, id, baseVersion })
  const between = new URLSearchParams({ from: String(baseVersion), to: String(sides.version) })
  const diff = await ask<PostDiff>({ request, url: `${postUrl(blog, id)}/diff?${between}` })
  const found = { ...sides, draft, baseVersion, diff: diff.ok ? diff.body : null }
  return data({ kind: 'clash', ...found } satisfies Saved, { status: 412 })
}

/** Merges both texts for browsers without scripts. Saves nothing. */
const merge = async (save: PostSave) => {
  const { version, theirs, base } = await sidesOf(save)
  if (base === null) return clash(save)
  const merged = mergeDrafts({ base, mine: save.draft, theirs })
  return data({ kind: 'merged', version, theirs, ...merged } satisfies Saved)
}

/**
 * Makes a post of a form. Without scripts, the same text is one post, however often its form is sent, until that post is
 * changed or deleted.
 */
const create = async ({ blog, request, form }: Command, draft: Draft): Promise<Answer<LivePost>> => {
  const body = { ...writtenOf(draft), status: form.get('intent') === 'publish' ? 'published' : 'draft' }
  const post = (headers: Record<string, string>) =>
    ask<LivePost>({ request, url: `${blog.urls.posts}/posts`, method: 'POST', headers, body })
  if (form.has('stay')) return post(onceFor(form, 'create'))
  const first = await post(onceForText(body))
  if (!first.ok) return first
  const now = await ask<PostState>({ request, url: postUrl(blog, first.body.id) })
  const wasChanged = now.ok
    ? now.body.status === 'deleted' || versionOf(now) > versionOf(first)
    : now.problem.code === 'gone'
  return wasChanged ? post(onceFor(form, 'create')) : first
}

const edit = async (
  { blog, request, form }: Command,
  id: string,
  draft: Draft,
): Promise<Answer<LivePost>> => {
  const url = postUrl(blog, id)
  const edited = await ask<LivePost>({
    request,
    url,
    method: 'PATCH',
    headers: { ...onceFor(form, 'edit'), 'If-Match': `"${Number(field(form, 'version'))}"` },
    body: writtenOf(draft),
  })
  if (!edited.ok || edited.body.status === 'published' || form.get('intent') !== 'publish') return edited
  return ask({
    request,
    url: `${url}/publish`,
    method: 'POST',
    headers: { ...onceFor(form, 'publish'), 'If-Match': `"${versionOf(edited)}"` },
  })
}

/**
 * Saves the composer's form, as a new post or as the next version of one. With `stay` the answer is what became of it;
 * without (no JavaScript) it leads on. A save over somebody else's is a clash that holds both texts; the intent `merge` puts
 * them together.
 */
export const savePost = async (command: Command, id: string | undefined) => {
  const { blog, request, form } = command
  const draft = typedDraft(form)
  if (id !== undefined && form.get('intent') === 'merge')
    return merge({ blog, request, id, draft, baseVersion: Number(field(form, 'base')) })
  const answer = id === undefined ? await create(command, draft) : await edit(command, id, draft)
  if (!answer.ok) {
    if (answer.status === 412 && id !== undefined)
      return clash({ blog, request, id, draft, baseVersion: Number(field(form, 'version')) })
    const problem = whyNotSaved(answer.problem)
    return data({ kind: 'refused', problem, draft } satisfies Saved, { status: answer.status })
  }
  const { id: savedId, status, slug } = answer.body
  const headers = rememberPosition(answer)
  if (!form.has('stay'))
    throw redirect(
      form.get('intent') === 'publish' ? `/posts/${encodeURIComponent(slug)}` : `/write/${savedId}`,
      { headers },
    )
  const saved = {
    kind: 'saved',
    id: savedId,
    version: versionOf(answer),
    status,
    slug,
    draft: { ...draft, slug },
  } satisfies Saved
  return data(saved, { headers })
}

const steps = {
  publish: { method: 'POST', path: '/publish' },
  unpublish: { method: 'POST', path: '/unpublish' },
  delete: { method: 'DELETE', path: '' },
} as const

const isStep = (intent: string): intent is keyof typeof steps => Object.hasOwn(steps, intent)

/** Publishes, withdraws or deletes a post from the author's list. */
export const changePost = async ({ blog, request, form }: Command) => {
  const intent = field(form, 'intent')
  if (!isStep(intent)) throw data(null, { status: 400 })
  const { method, path } = steps[intent]
  const id = field(form, 'id')
  const answer = await ask<PostState>({
    request,
    url: `${postUrl(blog, id)}${path}`,
    method,
    headers: { 'Idempotency-Key': crypto.randomUUID(), 'If-Match': `"${Number(field(form, 'version'))}"` },
  })
  if (answer.ok) throw redirect('/drafts', { headers: rememberPosition(answer) })
  const problem =
    answer.status === 412
      ? 'It was changed elsewhere in the meantime. Look at it, then try again.'
      : whyNotSaved(answer.problem)
  return data({ id, problem }, { status: answer.status })
}

export const newDraft = { id: undefined, slug: '', status: 'draft', version: 0, draft: emptyDraft } as const
