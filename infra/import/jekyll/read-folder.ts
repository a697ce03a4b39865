import { join } from 'node:path'
import type { ImportPost } from '@logbook/contracts/http/posts.ts'
import { postEntry } from '../check.ts'
import { parseDate } from '../dates.ts'
import type { Blog, Entry } from '../entry.ts'
import { toSlug } from '../fields.ts'
import { fileKey, fileToPost, slugOfFile, type TextFile } from './file-to-post.ts'
import { filesToComments } from './files-to-comments.ts'
import { type FolderFiles, readBounded, scanFolder } from './scan-folder.ts'
import { nameOf, readSite, type Site } from './site.ts'
import { parseYamlMap, splitFrontMatter, yamlText } from './yaml.ts'

interface Folder {
  folder: string
  files: FolderFiles
  site: Site
}

const noFrontMatter: Readonly<Record<TextFile['role'], string>> = {
  post: 'has no front matter, so Jekyll shows no such post',
  draft: 'has no front matter, so Jekyll shows no such draft',
  page: 'has no front matter, so Jekyll shows no such page',
}

/** One text, and its slug where it may have comments. */
const readText = async (
  { folder, site }: Folder,
  file: Pick<TextFile, 'path' | 'role' | 'fallbackDate'>,
): Promise<{ entries: Entry[]; slug?: string | undefined; post?: ImportPost }> => {
  const { path, role } = file
  const kind = role === 'page' ? 'page' : 'post'
  const entries: Entry[] = []
  let slug = toSlug(nameOf(path).name)
  try {
    const split = splitFrontMatter(await readBounded(join(folder, path)))
    if (split === undefined)
      return { entries: [{ type: 'skipped', kind, where: path, reason: noFrontMatter[role] }], slug }
    if (role === 'page' && yamlText(split.front, 'title').trim() === '')
      return {
        entries: [{ type: 'skipped', kind, where: path, reason: 'has no title, so it is no page to read' }],
      }
    slug = slugOfFile({ path, ...split })
    const remark = (reason: string) => entries.push({ type: 'note', where: path, reason })
    const post = fileToPost({ ...file, ...split }, site, remark)
    const entry = postEntry({ where: path, item: post })
    return entry.type === 'post' ? { entries: [...entries, entry], slug, post } : { entries: [entry], slug }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { entries: [{ type: 'refused', kind, where: path, reason }], slug }
  }
}

const withoutPost = (paths: readonly string[]): Entry[] =>
  paths.map((where) => ({ type: 'refused', kind: 'comment', where, reason: 'its post was refused' }))

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

async function* readEntries(blog: Folder): AsyncGenerator<Entry> {
  const { files, folder, site } = blog
  const latest = parseDate(nameOf(files.posts.at(-1) ?? '').date ?? '') ?? new Date(0)
  const inOrder = [
    ...files.posts.map((path) => ({ path, role: 'post' as const })),
    ...files.drafts.map((path) => ({ path, role: 'draft' as const })),
    ...files.pages.map((path) => ({ path, role: 'page' as const })),
  ]
  const threads = new Map(files.comments)
  const total = inOrder.length + threads.size
  let done = 0
  for (const file of inOrder) {
    const { entries, slug, post } = await readText(blog, { ...file, fallbackDate: latest })
    yield* entries
    const paths = slug === undefined ? undefined : threads.get(slug)
    if (slug !== undefined && paths !== undefined) {
      threads.delete(slug)
      if (post === undefined) yield* withoutPost(paths)
      else
        yield* await filesToComments({
          folder,
          site,
          paths,
          postKey: post.key,
          postDate: post.createdAt,
          rewriteLink: (address) => address,
        })
    }
    done += 1
    yield { type: 'progress', done, total }
  }
  const left = [...threads].sort(([one], [other]) => (one < other ? -1 : 1))
  for (const [thread, paths] of left) {
    const post = await standIn(blog, thread, latest)
    yield postEntry({ where: `_data/comments/${thread}`, item: post })
    yield {
      type: 'note',
      where: `_data/comments/${thread}`,
      reason: 'has comments but no text in the folder: a draft page was made to hold them',
    }
    yield* await filesToComments({
      folder,
      site,
      paths,
      postKey: post.key,
      postDate: post.createdAt,
      rewriteLink: (address) => address,
    })
  }
  yield { type: 'progress', done: total, total }
}

/**
 * A Jekyll folder: `_posts`, `_drafts`, pages, and comments in `_data/comments`. Memory holds the list of its files and
 * one text at a time. Throws UnreadableBlog for a folder that is none. Keys are `jekyll:<identity>:<path in the folder>`.
 */
export const openFolder = async ({
  folder,
  identity,
  now,
}: {
  folder: string
  identity?: string | undefined
  now: Date
}): Promise<Blog> => {
  const files = await scanFolder(folder)
  const site = await readSite(folder, files, { identity, now })
  return { format: 'jekyll', identity: site.identity, entries: readEntries({ folder, files, site }) }
}
