import { join } from 'node:path'
import type { ImportPost } from '@logbook/contracts/http/posts.ts'
import { type AddressBook, createRewriter } from '../addresses.ts'
import { postEntry } from '../check.ts'
import type { Blog, Entry } from '../entry.ts'
import { toSlug } from '../fields.ts'
import { fileKey, fileToPost, isListed, type Making } from './file-to-post.ts'
import { filesToComments } from './files-to-comments.ts'
import { createFolderPictures } from './folder-pictures.ts'
import { type FolderIndex, indexFolder, type KnownText, type Role } from './index-folder.ts'
import { settingsSaid } from './said-settings.ts'
import { type FolderFiles, readBounded, scanFolder } from './scan-folder.ts'
import { type Config, isShownBy, readConfig, readMenu, readSite, type Site } from './site.ts'
import { parseYamlMap, splitFrontMatter, yamlText } from './yaml.ts'

interface Folder {
  folder: string
  files: FolderFiles
  site: Site
  config: Config
  index: FolderIndex
  pictures: ReturnType<typeof createFolderPictures>
}

const noFrontMatter: Readonly<Record<Role, string>> = {
  post: 'has no front matter, so Jekyll shows no such post',
  draft: 'has no front matter, so Jekyll shows no such draft',
  page: 'has no front matter, so Jekyll shows no such page',
}

const withoutName = 'has pictures or links of the old site without its name, which --site <url> can tell'

/** What a page's text is made with: the addresses in it begin at its own old one. */
const makingOf = (
  { site, index }: Folder,
  book: AddressBook,
  { text, onLost = () => {} }: { text?: KnownText; onLost?: (lost: ReadonlySet<string>) => void } = {},
): Making => {
  const rewriter = createRewriter({ site: site.old, old: index.old, book })
  const lost = new Set<string>()
  const from = `${site.old.origin || 'http://old.invalid'}${text?.oldPaths[0] ?? `${site.old.base}/`}`
  return {
    site,
    book,
    liquid: { ...index, site: site.old, slugOf: (key) => book.get(key) },
    links: {
      ownHosts: index.old.hosts,
      change(address) {
        const rewritten = rewriter(address, from)
        const isLost =
          site.old.origin === '' && rewritten === address && /^(?!#|\/\/|[a-z][a-z\d+.-]*:)./i.test(address)
        if (isLost && lost.size === 0) onLost(lost)
        if (isLost) lost.add(address)
        return rewritten
      },
    },
  }
}

/** One text, and the post that was made of it. */
const readText = async (
  blog: Folder,
  text: KnownText,
  book: AddressBook,
): Promise<{ entries: Entry[]; post?: ImportPost }> => {
  const { folder, site, index } = blog
  const { path, role } = text
  const kind = role === 'page' ? 'page' : 'post'
  const entries: Entry[] = []
  const skipped = (reason: string) => ({ entries: [{ type: 'skipped', kind, where: path, reason } as const] })
  try {
    const split = splitFrontMatter(await readBounded(join(folder, path)))
    if (split === undefined) return skipped(noFrontMatter[role])
    const front = { ...site.defaultsOf(path, `${role}s`), ...split.front }
    if (!isListed(front, role)) return skipped('has no title, so it is no page to read')
    const remark = (reason: string) => entries.push({ type: 'note', where: path, reason })
    const file = { ...text, front, body: split.body, fallbackDate: index.latest }
    const onLost = (lost: ReadonlySet<string>) =>
      entries.push({ type: 'note', where: path, reason: withoutName, lost })
    const post = fileToPost(file, makingOf(blog, book, { text, onLost }), remark)
    if (role === 'page' && post.content === '')
      return skipped('has no text of its own: its layout makes what it shows')
    const entry = postEntry({ where: path, item: post })
    return entry.type === 'post' ? { entries: [...entries, entry], post } : { entries: [entry] }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { entries: [{ type: 'refused', kind, where: path, reason }] }
  }
}

const withoutPost = (paths: readonly string[]): Entry[] =>
  paths.map((where) => ({
    type: 'refused',
    kind: 'comment',
    where,
    reason: 'its post was refused',
  }))

const oldAddress = async ({ folder }: Folder, paths: readonly string[]): Promise<string> => {
  for (const path of paths) {
    try {
      const address = yamlText(
        parseYamlMap({ text: await readBounded(join(folder, path)), line: 1 }),
        '_parent',
      )
      if (/^[\w/.:~%-]{1,500}$/.test(address)) return address
    } catch {
      // The next one may say it.
    }
  }
  return ''
}

/** A draft page to hold comments whose own text is not in the folder: they are worth keeping, and its author can fill it in. */
const standIn = async (blog: Folder, thread: string, fallbackDate: Date): Promise<ImportPost> => {
  const paths = blog.files.comments.get(thread) ?? []
  const address = await oldAddress(blog, paths)
  const slug = toSlug(thread)
  return {
    key: fileKey(blog.site, `_data/comments/${thread}`),
    title: thread.split(/[-_]+/).join(' ').trim() || 'Untitled',
    content: `The comments below stood at ${address === '' ? `“${thread}”` : `\`${address}\``}. Its text was not among the imported files.`,
    excerpt: null,
    tags: [],
    ...(slug === undefined ? {} : { slug }),
    kind: 'page',
    status: 'draft',
    authorName: null,
    createdAt: fallbackDate.toISOString(),
    publishedAt: null,
  }
}

/** The comments of a thread under their post. */
const readThread = (blog: Folder, thread: string, post: ImportPost, book: AddressBook): Promise<Entry[]> =>
  filesToComments({
    ...{ folder: blog.folder, site: blog.site, paths: blog.files.comments.get(thread) ?? [] },
    ...{ postKey: post.key, postDate: post.createdAt, links: makingOf(blog, book).links },
  })

async function* readOrphan(blog: Folder, thread: string, book: AddressBook): AsyncGenerator<Entry> {
  const where = `_data/comments/${thread}`
  const post = await standIn(blog, thread, blog.index.latest)
  yield postEntry({ where, item: post })
  yield {
    type: 'note',
    where,
    reason:
      'has comments but no text in the folder: a draft page was made to hold them, which “Posts and drafts” lists',
  }
  yield* await readThread(blog, thread, post, book)
}

async function* readEntries(blog: Folder, book: AddressBook): AsyncGenerator<Entry> {
  const { files, index, config, pictures } = blog
  for (const each of files.left) {
    const picture = files.others.has(each.where) ? pictures.idOf(each.where) : undefined
    yield each.type === 'skipped' && picture !== undefined ? { ...each, type: 'skipped', picture } : each
  }
  if (config.fault) yield { type: 'note', ...config.fault }
  const filesOf = (thread: string) => files.comments.get(thread) ?? []
  const total = index.texts.length + [...files.comments.values()].reduce((sum, { length }) => sum + length, 0)
  let done = 0
  for (const text of index.texts) {
    const { entries, post } = await readText(blog, text, book)
    yield* entries
    done += 1
    for (const thread of index.threadsOf(text.path)) {
      if (post === undefined) yield* withoutPost(filesOf(thread))
      else yield* await readThread(blog, thread, post, book)
      done += filesOf(thread).length
    }
    yield { type: 'progress', done, total }
  }
  for (const thread of index.orphans) {
    yield* readOrphan(blog, thread, book)
    done += filesOf(thread).length
    yield { type: 'progress', done, total }
  }
}

/**
 * A Jekyll folder: `_posts`, `_drafts`, pages, and comments in `_data/comments`. Every file comes or is named as skipped or
 * refused. Memory holds the list of its files with their addresses, and one text at a time. Throws UnreadableBlog for a
 * folder that is none. Keys are `jekyll:<identity>:<path in the folder>`.
 */
export const openFolder = async ({
  folder,
  identity,
  site: address,
  now,
}: {
  folder: string
  identity?: string | undefined
  site?: string | undefined
  now: Date
}): Promise<Blog> => {
  const config = await readConfig(folder)
  const files = await scanFolder(folder, isShownBy(config))
  const site = await readSite(folder, files, { config, identity, address, now })
  const menu = await readMenu(folder)
  const pictures = createFolderPictures({
    ...{ folder, paths: files.others, site: site.old, prefix: `jekyll:${site.identity}` },
    published: ['', 'static/'],
  })
  const blog = { folder, files, site, config, pictures, index: await indexFolder(folder, files, site) }
  return {
    format: 'jekyll',
    identity: site.identity,
    pictures,
    wanted: blog.index.wanted,
    settings: (book) =>
      settingsSaid({
        config,
        menu,
        site,
        rewrite: createRewriter({ site: site.old, old: blog.index.old, book }),
      }),
    entries: (book) => readEntries(blog, book),
  }
}
