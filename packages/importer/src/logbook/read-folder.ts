import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { derivedId } from '@logbook/chassis/ids.ts'
import { z } from 'zod'
import type { AddressBook } from '../addresses.ts'
import { commentEntry, postEntry } from '../check.ts'
import type { Blog, Entry } from '../entry.ts'
import { limits } from '../limits.ts'
import { checkSettings, type FoundSettings } from '../settings.ts'
import { mediaFolder, mediumDataPath, openExportedMedia } from './exported-media.ts'
import { commentFields, type MediumFields, mediumFields, type PostFields, postFields } from './fields.ts'
import { parseYaml, splitFrontMatter } from './front-matter.ts'
import { type Manifest, manifest, manifestFile } from './manifest.ts'
import { settingsIn, settingsPath } from './settings-file.ts'

interface Text {
  path: string
  fields: PostFields
}

interface Folder {
  folder: string
  keyOf: (id: string) => string
  texts: readonly Text[]
  /** The files of comments, by the slug of their post, in order. */
  threads: ReadonlyMap<string, readonly string[]>
  /** Ids of all comments that the folder has. */
  commentIds: ReadonlySet<string>
  media: Awaited<ReturnType<typeof openExportedMedia>>
  /** What was said while the folder was looked through. */
  left: readonly Entry[]
}

const isText = (path: string): boolean => /^_(?:posts|pages|drafts)\/[^/]+\.md$/.test(path)
const commentPath = /^_data\/comments(?:-not-shown)?\/([^/]+)\/(\d+)-([0-9a-f-]{36})\.yml$/

/** True for a folder that `npm run export` wrote. */
export const isLogbookExport = async (folder: string): Promise<boolean> =>
  (await stat(join(folder, manifestFile)).catch(() => undefined))?.isFile() === true

const read = async (folder: string, path: string): Promise<string> => {
  const file = join(folder, path)
  if ((await stat(file)).size > limits.fileBytesMax)
    throw new Error(`is larger than ${limits.fileBytesMax} bytes`)
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(file))
}

const reasonOf = (error: unknown): string =>
  error instanceof z.ZodError
    ? error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
    : error instanceof Error
      ? error.message
      : String(error)

const manifestOf = async (folder: string): Promise<Manifest> => {
  const parsed = manifest.safeParse(JSON.parse(await read(folder, manifestFile)))
  if (!parsed.success)
    throw new Error(`${manifestFile} is not one that this version can read: ${reasonOf(parsed.error)}`)
  return parsed.data
}

/** An export of before settings has no such file. */
const settingsOf = async (folder: string): Promise<FoundSettings> => {
  const isThere = await stat(join(folder, settingsPath)).then(
    (found) => found.isFile(),
    () => false,
  )
  if (!isThere) return checkSettings({}, settingsPath)
  try {
    return checkSettings(settingsIn(parseYaml(await read(folder, settingsPath))), settingsPath)
  } catch (error) {
    return { where: settingsPath, values: {}, faults: [`${reasonOf(error)}; what it says is not known`] }
  }
}

const filesOf = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => path !== manifestFile && path !== settingsPath)
    .sort()
}

const scan = async (folder: string, keyOf: Folder['keyOf']): Promise<Folder> => {
  const texts: Text[] = []
  const threads = new Map<string, { path: string; ordinal: string }[]>()
  const commentIds = new Set<string>()
  const left: Entry[] = []
  const said: { path: string; fields: MediumFields }[] = []
  const files: string[] = []
  const readInto = async (kind: 'post' | 'picture', path: string, take: (text: string) => void) => {
    try {
      take(await read(folder, path))
    } catch (error) {
      left.push({ type: 'refused', kind, where: path, reason: reasonOf(error) })
    }
  }
  for (const path of await filesOf(folder)) {
    const [, name, ordinal, id] = commentPath.exec(path) ?? []
    if (name !== undefined && ordinal !== undefined && id !== undefined) {
      commentIds.add(id)
      threads.set(name, [...(threads.get(name) ?? []), { path, ordinal }])
    } else if (isText(path))
      await readInto('post', path, (text) => {
        texts.push({ path, fields: postFields.parse(splitFrontMatter(text).fields) })
      })
    else if (mediumDataPath.test(path))
      await readInto('picture', path, (text) => {
        said.push({ path, fields: mediumFields.parse(parseYaml(text)) })
      })
    else if (path.startsWith(mediaFolder)) files.push(path)
    else left.push({ type: 'skipped', kind: 'other', where: path, reason: 'is no file of an export' })
  }
  const inOrder = (files: { path: string; ordinal: string }[]) =>
    files.sort((one, other) => (one.ordinal < other.ordinal ? -1 : 1)).map(({ path }) => path)
  texts.sort((one, other) => other.fields.place - one.fields.place)
  return {
    folder,
    keyOf,
    texts,
    commentIds,
    left,
    media: await openExportedMedia(folder, { said, paths: files }),
    threads: new Map([...threads].map(([name, files]) => [name, inOrder(files)])),
  }
}

/** Leads links between the texts, and to comments, to where these stand here. */
const rewriterOf = ({ texts, commentIds, keyOf }: Folder, book: AddressBook) => {
  const moved = new Map(
    texts.flatMap(({ fields: { id, slug } }) => {
      const here = book.get(keyOf(id))
      return here === undefined || here === slug ? [] : [[slug, here] as const]
    }),
  )
  return (text: string): string =>
    text
      .replace(/((?:#comment-|[?&]comment=))([0-9a-f-]{36})/g, (all, before: string, id: string) =>
        commentIds.has(id) ? `${before}${derivedId('import', keyOf(id))}` : all,
      )
      .replace(/(?<![\w.:/-])\/posts\/([^\s"'()<>#?/\\]+)/g, (all, slug: string) =>
        moved.has(slug) ? `/posts/${moved.get(slug)}` : all,
      )
}

const postOf = async (
  { folder, keyOf }: Folder,
  { path, fields }: Text,
  rewrite: (text: string) => string,
): Promise<Entry> => {
  const { id, title, slug, excerpt, tags, kind } = fields
  const content = rewrite(splitFrontMatter(await read(folder, path)).text)
  const item = {
    ...{ key: keyOf(id), title, slug, content, excerpt, tags, kind },
    status: fields.published ? ('published' as const) : ('draft' as const),
    authorName: fields.author,
    createdAt: fields.created,
    publishedAt: fields.date,
    cover: fields.image,
    coverAlt: fields.image_alt,
    commentsClosed: !fields.comments,
    formerAddresses: fields.redirect_from,
  }
  return postEntry({ where: path, item })
}

const commentOf = async (
  { folder, keyOf }: Folder,
  path: string,
  { postId, rewrite }: { postId: string; rewrite: (text: string) => string },
): Promise<Entry> => {
  try {
    const fields = commentFields.parse(parseYaml(await read(folder, path)))
    const { _id: id, replying_to: parent, name, url, date: createdAt, status } = fields
    const item = {
      ...{ key: keyOf(id), postKey: keyOf(postId), parentKey: parent === null ? null : keyOf(parent) },
      author: name === null ? null : { name, url },
      ...{ content: rewrite(fields.message), createdAt, status },
    }
    return commentEntry({ where: path, item })
  } catch (error) {
    return { type: 'refused', kind: 'comment', where: path, reason: reasonOf(error) }
  }
}

async function* entriesOf(blog: Folder, book: AddressBook): AsyncGenerator<Entry> {
  const rewrite = rewriterOf(blog, book)
  const total = blog.texts.length
  yield* blog.left
  yield* blog.media.left
  const taken = new Set<string>()
  for (const [index, text] of blog.texts.entries()) {
    const entry = await postOf(blog, text, rewrite).catch(
      (error: unknown): Entry => ({
        type: 'refused',
        kind: 'post',
        where: text.path,
        reason: reasonOf(error),
      }),
    )
    yield entry
    taken.add(text.fields.folder)
    for (const path of blog.threads.get(text.fields.folder) ?? [])
      yield entry.type === 'post'
        ? await commentOf(blog, path, { postId: text.fields.id, rewrite })
        : { type: 'refused', kind: 'comment', where: path, reason: 'its post was refused' }
    yield { type: 'progress', done: index + 1, total }
  }
  for (const [name, paths] of blog.threads)
    if (!taken.has(name))
      for (const where of paths)
        yield { type: 'refused', kind: 'comment', where, reason: 'its post is not in the folder' }
}

const withLinksHere = (found: FoundSettings, rewrite: (text: string) => string): FoundSettings => {
  const { navigation } = found.values
  if (navigation === undefined) return found
  const here = navigation.map(({ label, address }) => ({ label, address: rewrite(address) }))
  return { ...found, values: { ...found.values, navigation: here } }
}

/** A folder that `npm run export` wrote. Every text comes as it was, byte for byte, but for links to what has another address here. */
export const openLogbookExport = async ({
  folder,
  identity,
}: {
  folder: string
  identity?: string | undefined
}): Promise<Blog> => {
  const { blog: own } = await manifestOf(folder)
  const blog = identity ?? own
  const keyOf = (id: string) => `logbook:${blog}:${id}`
  const [found, settings] = await Promise.all([scan(folder, keyOf), settingsOf(folder)])
  return {
    format: 'logbook',
    identity: blog,
    pictures: found.media,
    settings: (book) => withLinksHere(settings, rewriterOf(found, book)),
    wanted: found.texts.map(({ fields: { id, title, slug } }) => ({ key: keyOf(id), title, slug })),
    entries: (book) => entriesOf(found, book),
  }
}
