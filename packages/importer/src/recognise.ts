import { open, readdir } from 'node:fs/promises'
import { limits } from './limits.ts'

/** What is read, for messages that say that something is not. */
export const formatsTaken =
  'Taken are a WordPress export (WXR, one .xml file: Tools → Export in WordPress), a Ghost export (.json: Settings → Import/Export in Ghost), the folder of a Jekyll blog (with _posts) or of a Hugo site (with content), a folder that npm run export wrote, and a Disqus export (its comments onto posts that are here).'

const startOf = async (file: string): Promise<Buffer> => {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(limits.recognisedBytesMax),
      0,
      limits.recognisedBytesMax,
      0,
    )
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** By how a file begins: what to read it as. */
export const formatOfFile = async (file: string): Promise<'disqus' | 'ghost' | 'wordpress'> => {
  const start = (await startOf(file)).toString('latin1')
  if (/^(?:\u00ef\u00bb\u00bf)?\s*\{/.test(start)) return 'ghost'
  const root = /^(?:\s|\u00ef\u00bb\u00bf|<\?[^>]*>|<!--(?:(?!-->)[\s\S])*-->)*<([\w:]+)/.exec(start)?.[1]
  return root === 'disqus' ? 'disqus' : 'wordpress'
}

/** What a file that is no WordPress export is likely to be, and what to do with it; undefined where nothing is known. */
export const whatFileIs = async (file: string): Promise<string | undefined> => {
  const bytes = await startOf(file)
  const text = bytes.toString('latin1')
  if (text.startsWith('PK')) return 'It is a ZIP archive: unpack it, and name the file or folder in it.'
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'It is packed with gzip: unpack it first.'
  if (/<feed\b[^>]*>[\s\S]*\bblogger\b/i.test(text))
    return 'It is an export of Blogger, which is not read: bring it into WordPress first (Tools → Import), then export it there.'
  if (/<html\b/i.test(text))
    return 'It is a page of HTML, which is not read. An export of Medium is such pages: bring it into Ghost or WordPress first, then export it there.'
  if (/<rss\b/i.test(text)) return 'It is a feed, which holds no comments and seldom all posts.'
  return undefined
}

/** The same of a folder without `_posts`. */
export const whatFolderIs = async (folder: string): Promise<string | undefined> => {
  const names = new Set(await readdir(folder))
  const has = (...wanted: string[]) => wanted.some((name) => names.has(name))
  if (has('hugo.toml', 'hugo.yaml', 'archetypes') && !has('content'))
    return 'It looks like a Hugo site without its folder content, which holds the texts.'
  if (has('posts') && has('profile', 'README.html'))
    return 'It looks like an export of Medium, which is not read: bring it into Ghost or WordPress first, then export it there.'
  if (has('feed.atom'))
    return 'It looks like an export of Blogger, which is not read: bring its feed.atom into WordPress first (Tools → Import), then export it there.'
  if ([...names].some((name) => name.endsWith('.json')))
    return 'It holds JSON files: if one is an export of Ghost, name it, not the folder.'
  if ([...names].some((name) => name.endsWith('.xml')))
    return 'It holds XML files: name the one that is the export, not the folder.'
  if ([...names].some((name) => /\.(?:md|markdown)$/i.test(name)))
    return 'It holds Markdown files: put them into a folder _posts, each named <date>-<name>.md, and name the folder around it.'
  return undefined
}
