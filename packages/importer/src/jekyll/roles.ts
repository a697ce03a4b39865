import type { Kind } from '../entry.ts'

/** What a file of a Jekyll folder is, told by its path alone. */
export type Role =
  | { is: 'posts' | 'drafts' | 'pages' }
  /** `thread` is the folder that it is in, within `_data/comments`, or the name of the one file. */
  | { is: 'comment'; thread: string }
  /** A picture or another file, which comes where a text uses it. */
  | { is: 'file'; reason: string }
  | { is: 'left'; kind: Kind; reason: string }

const markdownOrHtml = /\.(?:md|markdown|mkd|mkdn|mkdown|html?)$/i
export const isHtml = (path: string): boolean => /\.html?$/i.test(path)

const otherTexts: readonly [RegExp, string][] = [
  [/\.textile$/i, 'Textile'],
  [/\.(?:adoc|asciidoc|asc)$/i, 'AsciiDoc'],
  [/\.rst$/i, 'reStructuredText'],
  [/\.org$/i, 'Org'],
  [/\.(?:mediawiki|wiki)$/i, 'MediaWiki'],
  [/\.(?:txt|text)$/i, 'plain text'],
  [/\.(?:haml|slim|erb|pug)$/i, 'a template'],
]
export const formatOf = (path: string): string | undefined =>
  otherTexts.find(([ending]) => ending.test(path))?.[1]

const themeFolders: ReadonlySet<string> = new Set(['_layouts', '_includes', '_sass', '_plugins', '_theme'])
const workFiles =
  /^(?:_config.*|gemfile.*|rakefile|.*\.gemspec|package(?:-lock)?\.json|makefile|dockerfile|netlify\.toml|staticman\.ya?ml|cname)$/i
const aboutTheFolder =
  /^(?:readme|license|licence|changelog|contributing|code_of_conduct|authors|history)(?:[.-].*)?$/i

const left = (kind: Kind, reason: string): Role => ({ is: 'left', kind, reason })

/** A text of `_posts` or `_drafts`, or why it does not come. */
const textRole = (path: string, is: 'posts' | 'drafts'): Role => {
  if (markdownOrHtml.test(path)) return { is }
  const format = formatOf(path)
  return format === undefined
    ? { is: 'file', reason: 'is a file beside texts, which stays where it is' }
    : left('post', `is ${format}; only Markdown and HTML are read`)
}

const dataRole = (path: string, folders: readonly string[]): Role => {
  if (!path.startsWith('_data/comments/')) return left('other', 'is data for the theme')
  if (!/\.(?:ya?ml|json)$/i.test(path))
    return left('comment', 'is no YAML or JSON, which comments are read from')
  const inside = folders.slice(2).join('/')
  return { is: 'comment', thread: inside || path.slice('_data/comments/'.length).replace(/\.\w+$/, '') }
}

const pageRole = (path: string): Role => {
  if (markdownOrHtml.test(path)) return { is: 'pages' }
  const format = /\.te?xt$/i.test(path) ? undefined : formatOf(path)
  return format === undefined
    ? { is: 'file', reason: 'is a file (picture, script, style, feed, …), which stays where it is' }
    : left('page', `is ${format}; only Markdown and HTML are read`)
}

/** What a file is, by its path within the folder. */
export const roleOf = (path: string, isShown: (collection: string) => boolean): Role => {
  const folders = path.split('/').slice(0, -1)
  const name = path.slice(path.lastIndexOf('/') + 1)
  if ([...folders, name].some((each) => each.startsWith('.'))) return left('other', 'is hidden')
  if (folders.includes('_posts')) return textRole(path, 'posts')
  if (folders.includes('_drafts')) return textRole(path, 'drafts')
  const [first = ''] = folders
  if (first === '_site' || first === 'vendor') return left('other', 'is made or fetched by tools')
  if (folders.some((each) => themeFolders.has(each))) return left('other', 'belongs to the theme')
  if (first === '_data') return dataRole(path, folders)
  if (workFiles.test(name)) return left('other', 'is configuration')
  if (folders.length === 0 && aboutTheFolder.test(name)) return left('other', 'describes the folder')
  const collection = folders.find((each) => each.startsWith('_'))?.slice(1)
  if (collection !== undefined && collection !== 'pages' && !isShown(collection))
    return left(
      markdownOrHtml.test(path) ? 'page' : 'other',
      `is of the folder _${collection}, of which Jekyll shows no pages: no collection with "output: true" is named so`,
    )
  if (/^[_#~]/.test(name)) return left('other', 'has a name that Jekyll passes over')
  return pageRole(path)
}
