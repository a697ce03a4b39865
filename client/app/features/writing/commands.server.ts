import { postEndpoints } from '@logbook/contracts/endpoints/posts.ts'
import type { LivePost } from '@logbook/contracts/events/posts.ts'
import { data, redirect } from 'react-router'
import type { Answer } from '../../services/ask.server.ts'
import type { Blog } from '../../services/blog.server.ts'
import { call, callOrThrow } from '../../services/call.server.ts'
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
  ...(form.has('publishAt') ? { publishAt: typedText(form, 'publishAt') } : {}),
})

const zoneOf = async (blog: Blog): Promise<string> => (await blog.settings.current()).timeZone

/** A post that waits for no time says so, so that its draft has the field. */
const withTime = (post: LivePost) => ({ ...post, publishAt: post.publishAt ?? null })

const versionOf = ({ headers }: { headers: Headers }): number =>
  Number(/^"(\d+)"$/.exec(headers.get('ETag') ?? '')?.[1] ?? 0)

/** A post of the author's own, draft or published, with its version. */
export const loadOwnPost = async ({ blog, request, id }: Omit<Command, 'form'> & { id: string }) => {
  const answer = await callOrThrow(postEndpoints, 'GET /posts/:id', { blog, request, params: { id } })
  if (answer.body.status === 'deleted') throw data(null, { status: 404 })
  const { slug, status } = answer.body
  const draft = draftOf(withTime(answer.body), await zoneOf(blog))
  return { id, slug, status, version: versionOf(answer), draft }
}

type PostSave = Omit<Command, 'form'> & { id: string; baseVersion: number; draft: Draft }

/** The current text, and, if the history has it, the text that a draft started from. */
const sidesOf = async ({ blog, request, id, baseVersion }: Omit<PostSave, 'draft'>) => {
  const params = { id, version: String(baseVersion) }
  const [{ version, draft: theirs }, before] = await Promise.all([
    loadOwnPost({ blog, request, id }),
    call(postEndpoints, 'GET /posts/:id/history/:version', { blog, request, params }),
  ])
  const base =
    before.ok && before.body.post.status !== 'deleted'
      ? draftOf(withTime(before.body.post), await zoneOf(blog))
      : null
  return { version, theirs, base }
}

const clash = async ({ blog, request, id, baseVersion, draft }: PostSave) => {
  const sides = await sidesOf({ blog, request, id, baseVersion })
  const query = { from: String(baseVersion), to: String(sides.version) }
  const diff = await call(postEndpoints, 'GET /posts/:id/diff', { blog, request, params: { id }, query })
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
const create = async ({ blog, request, form }: Command, draft: Draft) => {
  const written = writtenOf(draft, await zoneOf(blog))
  const isNow = form.get('intent') === 'publish'
  const body = isNow ? { ...written, publishAt: null, status: 'published' } : { ...written, status: 'draft' }
  const post = (headers: Record<string, string>) =>
    call(postEndpoints, 'POST /posts', { blog, request, headers, body })
  if (form.has('stay')) return post(onceFor(form, 'create'))
  const first = await post(onceForText(body))
  if (!first.ok) return first
  const params = { id: first.body.id }
  const now = await call(postEndpoints, 'GET /posts/:id', { blog, request, params })
  const wasChanged = now.ok
    ? now.body.status === 'deleted' || versionOf(now) > versionOf(first)
    : now.problem.code === 'gone'
  return wasChanged ? post(onceFor(form, 'create')) : first
}

const edit = async ({ blog, request, form }: Command, id: string, draft: Draft) => {
  const post = { blog, request, params: { id } }
  const edited = await call(postEndpoints, 'PATCH /posts/:id', {
    ...post,
    headers: { ...onceFor(form, 'edit'), 'If-Match': `"${Number(field(form, 'version'))}"` },
    body: writtenOf(draft, await zoneOf(blog)),
  })
  if (!edited.ok || edited.body.status === 'published' || form.get('intent') !== 'publish') return edited
  return call(postEndpoints, 'POST /posts/:id/publish', {
    ...post,
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
  // The form was sent before, and its post is gone since.
  if (status === 'deleted')
    return data(
      { kind: 'refused', problem: 'The post was deleted in the meantime.', draft } satisfies Saved,
      {
        status: 410,
      },
    )
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
  publish: 'POST /posts/:id/publish',
  unpublish: 'POST /posts/:id/unpublish',
  delete: 'DELETE /posts/:id',
} as const

const isStep = (intent: string): intent is keyof typeof steps => Object.hasOwn(steps, intent)

/** Publishes, withdraws or deletes a post from the author's list. */
export const changePost = async ({ blog, request, form }: Command) => {
  const intent = field(form, 'intent')
  if (!isStep(intent)) throw data(null, { status: 400 })
  const id = field(form, 'id')
  const answer: Answer<unknown> = await call(postEndpoints, steps[intent], {
    ...{ blog, request, params: { id } },
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
