import { stat } from 'node:fs/promises'
import { openDisqusExport } from './disqus/read-export.ts'
import { type Blog, UnreadableBlog } from './entry.ts'
import { openGhostExport } from './ghost/read-export.ts'
import { isHugoFolder } from './hugo/config.ts'
import { openHugoFolder } from './hugo/read-folder.ts'
import { openFolder } from './jekyll/read-folder.ts'
import { isLogbookExport, openLogbookExport } from './logbook/read-folder.ts'
import type { PostsHere } from './posts-here.ts'
import { formatOfFile, formatsTaken, whatFileIs, whatFolderIs } from './recognise.ts'
import { openExport } from './wordpress/read-export.ts'

export interface Source {
  /** An export of WordPress, Ghost or Disqus, the folder of a Jekyll blog or a Hugo site, or one that `npm run export` wrote. */
  path: string
  /** In place of the identity that the blog has by itself. */
  identity?: string | undefined
  /** The web address at which the blog of a folder or of Ghost stood, in place of what its configuration says. */
  site?: string | undefined
  now: Date
  /** Which posts the running blog has, for comments that come without theirs. */
  here?: PostsHere | undefined
}

const openFile = async ({ path, identity, site, now, here }: Source): Promise<Blog> => {
  const format = await formatOfFile(path)
  if (format === 'wordpress') return openExport({ file: path, identity, now })
  if (format === 'ghost') return openGhostExport({ file: path, identity, site, now })
  if (here === undefined) throw new UnreadableBlog('its comments need the blog that they stand on')
  return openDisqusExport({ file: path, identity, here })
}

/** Opens a blog of any of these. Throws UnreadableBlog, whose message names the path and what is wrong with it. */
export const openBlog = async (source: Source): Promise<Blog> => {
  const { path, identity, site, now } = source
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new UnreadableBlog(`${path}: there is no such file or folder`)
  try {
    if (found.isDirectory())
      return (await isLogbookExport(path))
        ? await openLogbookExport({ folder: path, identity, now })
        : await ((await isHugoFolder(path)) ? openHugoFolder : openFolder)({
            ...{ folder: path, identity, site, now },
          })
    if (found.isFile()) return await openFile(source)
  } catch (error) {
    const guess = await (found.isDirectory() ? whatFolderIs(path) : whatFileIs(path)).catch(() => undefined)
    const reason = error instanceof Error ? error.message : String(error)
    const message = [`${path}: ${reason.replace(/[.\s]*$/, '.')}`, guess, formatsTaken]
    throw new UnreadableBlog(message.filter((part) => part !== undefined).join(' '), { cause: error })
  }
  throw new UnreadableBlog(`${path}: it is neither a file nor a folder. ${formatsTaken}`)
}
