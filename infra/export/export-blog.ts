import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { LivePost } from '@logbook/contracts/events/posts.ts'
import type { MediumAnswer } from '@logbook/contracts/http/media.ts'
import { decisionFiles } from '@logbook/importer/logbook/decisions.ts'
import { mediaFolder } from '@logbook/importer/logbook/exported-media.ts'
import { type Manifest, manifestFile } from '@logbook/importer/logbook/manifest.ts'
import { settingsFile } from '@logbook/importer/logbook/settings-file.ts'
import { commentFile } from './comment-file.ts'
import { createFileNames, type MediaFiles, mediumFile, withFiles } from './media-files.ts'
import { nameOf, postFile } from './post-file.ts'
import type { SourceBlog } from './read-blog.ts'

/** The folder cannot take an export; the message names it. */
export class UnusableFolder extends Error {
  override name = 'UnusableFolder'
}

interface ExportOptions {
  /** Where to write. It is made; one that is there must be empty. */
  folder: string
  now: Date
  /** Hears of each post that was written. */
  onPost?: (post: LivePost) => void
  /** Hears of each picture and file that was written. */
  onMedium?: (medium: MediumAnswer) => void
}

/** What the file system refuses, in words that name the folder. */
const unusable = (folder: string, error: unknown): unknown => {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error
  const why: Readonly<Record<string, string>> = {
    ENOTDIR: 'it is a file, or below one',
    EACCES: 'it may not be written',
    EROFS: 'it may not be written',
    ENOSPC: 'the disk is full',
  }
  return new UnusableFolder(`${folder}: ${why[String(error.code)] ?? error.message}`, { cause: error })
}

const refuseUsed = async (folder: string): Promise<void> => {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw unusable(folder, error)
  })
  if (names.length > 0) throw new UnusableFolder(`${folder}: it is not empty. Name a new folder.`)
}

const put = async (root: string, { path, text }: { path: string; text: string }): Promise<void> => {
  const file = join(root, path)
  await mkdir(dirname(file), { recursive: true })
  // Two texts never share a place: slugs are unique, and so are ids.
  await writeFile(file, text, { flag: 'wx' })
}

/** Writes the pictures and files of a blog to `media/`, each with what it is in `_data/media/`. */
const putMedia = async (
  source: SourceBlog,
  root: string,
  onMedium: (medium: MediumAnswer) => void,
): Promise<{ written: MediaFiles; leftOut: number }> => {
  const written = new Map<string, string>()
  const nameOf = createFileNames()
  let leftOut = 0
  await mkdir(join(root, mediaFolder))
  for await (const medium of source.media()) {
    const file = nameOf(medium)
    const place = join(root, mediaFolder, file)
    if (await source.writeMedium(medium, place)) {
      await put(root, mediumFile(medium, file))
      written.set(medium.id, file)
      onMedium(medium)
    } else {
      await rm(place, { force: true })
      leftOut += 1
    }
  }
  return { written, leftOut }
}

/**
 * Writes the settings, every post, page, draft and comment, and all media of a blog as files. The folder is there when it is whole: until then, all stands in
 * a hidden one beside it. Throws `UnusableFolder` and `ServiceFailed`.
 */
export const exportBlog = async (
  source: SourceBlog,
  { folder, now, onPost = () => {}, onMedium = () => {} }: ExportOptions,
): Promise<Manifest> => {
  const wanted = resolve(folder)
  await refuseUsed(wanted)
  const building = join(dirname(wanted), `.${basename(wanted)}.part`)
  const counts = { posts: 0, pages: 0, drafts: 0, comments: 0, media: 0 }
  const leftOut = { comments: 0, media: 0 }
  try {
    // What was left by an export that was killed.
    await rm(building, { recursive: true, force: true })
    await mkdir(building, { recursive: true })
    const blog = await source.identity()
    await put(building, settingsFile(await source.settings()))
    for (const file of decisionFiles(await source.decided())) await put(building, file)
    const files = await putMedia(source, building, onMedium)
    counts.media = files.written.size
    leftOut.media = files.leftOut
    const places = await source.places()
    for await (const each of source.posts()) {
      const post = withFiles(each, files.written)
      await put(building, postFile(post, places.get(post.id) ?? 0))
      const thread = await source.thread(post)
      for (const [index, comment] of thread.comments.entries())
        await put(building, commentFile(comment, { post: nameOf(post), ordinal: index + 1 }))
      counts[post.status === 'draft' ? 'drafts' : post.kind === 'page' ? 'pages' : 'posts'] += 1
      counts.comments += thread.comments.length
      leftOut.comments += thread.leftOut
      onPost(post)
    }
    const exportedAt = now.toISOString()
    const said: Manifest = { format: 'logbook-export', version: 1, blog, exportedAt, counts, leftOut }
    await put(building, { path: manifestFile, text: `${JSON.stringify(said, null, 2)}\n` })
    await rm(wanted, { recursive: true, force: true })
    await rename(building, wanted)
    return said
  } catch (error) {
    await rm(building, { recursive: true, force: true }).catch(() => {})
    throw unusable(wanted, error)
  }
}
