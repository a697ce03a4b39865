import { readdir, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { derivedId } from '@logbook/chassis/ids.ts'
import type { AddressBook } from '../addresses.ts'
import type { Blog, Entry } from '../entry.ts'
import { checkSettings, type FoundSettings } from '../settings.ts'
import { decisionPaths, readDecisions } from './decisions.ts'
import { mediaFolder, mediumDataPath, openExportedMedia } from './exported-media.ts'
import { type MediumFields, mediumFields, type PostFields, postFields, unknownFields } from './fields.ts'
import { parseYaml, splitFrontMatter } from './front-matter.ts'
import { createItems, type Items, unknownNotes } from './items.ts'
import { type Manifest, manifest, manifestFile } from './manifest.ts'
import { faultOf, readText } from './read-text.ts'
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

const manifestOf = async (folder: string): Promise<Manifest> => {
  const parsed = manifest.safeParse(JSON.parse(await readText(folder, manifestFile)))
  if (!parsed.success)
    throw new Error(`${manifestFile} is not one that this version can read: ${faultOf(parsed.error)}`)
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
    return checkSettings(settingsIn(parseYaml(await readText(folder, settingsPath))), settingsPath)
  } catch (error) {
    return { where: settingsPath, values: {}, faults: [`${faultOf(error)}; what it says is not known`] }
  }
}

const filesOf = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => path !== manifestFile && path !== settingsPath && !decisionPaths.has(path))
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
      take(await readText(folder, path))
    } catch (error) {
      left.push({ type: 'refused', kind, where: path, reason: faultOf(error) })
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
        const fields = parseYaml(text)
        said.push({ path, fields: mediumFields.parse(fields) })
        left.push(...unknownNotes(path, unknownFields('medium', fields)))
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

async function* entriesOf(blog: Folder, items: Items, book: AddressBook): AsyncGenerator<Entry> {
  const rewrite = rewriterOf(blog, book)
  const total = blog.texts.length
  yield* blog.left
  yield* blog.media.left
  const taken = new Set<string>()
  for (const [index, text] of blog.texts.entries()) {
    const entries = await items.post(text, rewrite)
    yield* entries
    const isSound = entries.at(-1)?.type === 'post'
    taken.add(text.fields.folder)
    for (const path of blog.threads.get(text.fields.folder) ?? [])
      if (isSound) yield* await items.comment(path, { postId: text.fields.id, rewrite })
      else yield { type: 'refused', kind: 'comment', where: path, reason: 'its post was refused' }
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
  now,
}: {
  folder: string
  identity?: string | undefined
  now: Date
}): Promise<Blog> => {
  const { blog: own } = await manifestOf(folder)
  const blog = identity ?? own
  const keyOf = (id: string) => `logbook:${blog}:${id}`
  const [found, settings, decisions] = await Promise.all([
    scan(folder, keyOf),
    settingsOf(folder),
    readDecisions(folder),
  ])
  return {
    format: 'logbook',
    identity: blog,
    decisions,
    pictures: found.media,
    settings: (book) => withLinksHere(settings, rewriterOf(found, book)),
    wanted: found.texts.map(({ fields: { id, title, slug } }) => ({ key: keyOf(id), title, slug })),
    entries: (book) => entriesOf(found, createItems({ folder, keyOf, now }), book),
  }
}
