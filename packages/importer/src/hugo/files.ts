import { formatOf, isHtml } from '../jekyll/roles.ts'
import { type LeftFile, pathsBelow } from '../jekyll/scan-folder.ts'

export interface HugoFiles {
  /** Texts below `content/`, sorted. */
  texts: string[]
  /** Pictures and other files, each of `left` too. */
  others: Set<string>
  left: LeftFile[]
}

const text = /\.(?:md|markdown|mdown|html?)$/i
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1)
const isIndex = (path: string): boolean =>
  /(?:^|\/)index(?:\.[a-z]{2,3}(?:-[a-z]{2,4})?)?\.(?:md|markdown|mdown|html?)$/i.test(path)
const isSectionIndex = (path: string): boolean => /(?:^|\/)_index\.[^/]*$/.test(path)

const leftReason = (path: string): string | undefined => {
  if (path.split('/').some((each) => each.startsWith('.'))) return 'is hidden'
  const [first = ''] = path.split('/')
  if (first === 'themes' || first === 'layouts' || first === 'i18n' || first === 'archetypes')
    return 'belongs to the theme'
  if (first === 'data') return 'is data for the theme'
  if (first === 'public' || first === 'resources') return 'is made by tools'
  if (first === 'config' || /^(?:hugo|config)\.[^/]*$/.test(path)) return 'is configuration'
  if (!path.includes('/')) return 'describes the folder, or is of a tool'
  return undefined
}

/** Sorts the files of a site by what they are: each is in exactly one list. */
export const scanHugoFolder = async (folder: string): Promise<HugoFiles> => {
  const { paths, left } = await pathsBelow(folder)
  const bundles = new Set(paths.filter((path) => path.startsWith('content/') && isIndex(path)).map(folderOf))
  const isInBundle = (path: string): boolean => {
    for (let at = folderOf(path); at !== ''; at = folderOf(at.slice(0, -1))) if (bundles.has(at)) return true
    return false
  }
  const files: HugoFiles = { texts: [], others: new Set(), left }
  const leave = (kind: LeftFile['kind'], where: string, reason: string) =>
    left.push({ type: 'skipped', kind, where, reason })
  for (const path of paths) {
    const reason = leftReason(path)
    const isText = path.startsWith('content/') && text.test(path)
    const format = path.startsWith('content/') && !/\.te?xt$/i.test(path) ? formatOf(path) : undefined
    if (reason !== undefined) leave('other', path, reason)
    else if (isText && isSectionIndex(path)) leave('page', path, 'is the list of its section')
    else if (isText && !isIndex(path) && isInBundle(path))
      leave('page', path, 'is a part of the page that it is beside')
    else if (isText) files.texts.push(path)
    else if (format !== undefined) leave('page', path, `is ${format}; only Markdown and HTML are read`)
    else {
      files.others.add(path)
      leave('other', path, 'is a file (picture, script, style, feed, …), which stays where it is')
    }
  }
  files.texts.sort()
  return files
}

export { isHtml, isIndex }
