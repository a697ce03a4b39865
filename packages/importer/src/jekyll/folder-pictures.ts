import { join, posix } from 'node:path'
import type { OldSite } from '../addresses.ts'
import { decodedPath, type HoldingText, isMediaFile, type PictureFinder } from '../pictures/picture.ts'
import { createSitePictures, mediumIdOf, noHost } from '../pictures/site-pictures.ts'

interface FolderPictures extends PictureFinder {
  /** The id of the medium that a file becomes where a text uses it; undefined for what is no picture or file to show. */
  idOf(path: string): string | undefined
}

/**
 * Pictures of a folder: at the place that their address names, or beside the text. `paths` are regular files of the folder, links not
 * followed, so no address leads out of it; addresses are compared decoded and in NFC. What the folder has not comes by link. `published`
 * are folders whose files the program publishes at the root of the site.
 */
export const createFolderPictures = ({
  folder,
  paths,
  site,
  prefix,
  published,
}: {
  folder: string
  paths: Iterable<string>
  site: OldSite
  prefix: string
  published: readonly string[]
}): FolderPictures => {
  const files = new Map<string, string>()
  for (const path of paths) if (isMediaFile(path)) files.set(path.normalize('NFC'), path)

  const candidates = (path: string, { where, oldPath = `${site.base}/` }: HoldingText): string[] => {
    const below = path.startsWith(`${site.base}/`) ? path.slice(site.base.length) : path
    const atRoot = [below, path].flatMap((each) => published.map((root) => root + each.slice(1)))
    // What stood in the folder of the text's address may be a file beside the text; so may a cover without a folder.
    const folderOfText = decodedPath(oldPath.replace(/[^/]*$/, ''))
    const inside = path.startsWith(folderOfText) ? path.slice(folderOfText.length) : below.slice(1)
    const isBeside = path.startsWith(folderOfText) || !inside.includes('/')
    return isBeside ? [...atRoot, posix.join(posix.dirname(where.normalize('NFC')), inside)] : atRoot
  }
  const isHere = ({ host }: URL): boolean =>
    host === noHost ||
    (site.origin !== '' && host.replace(/^www\./, '') === new URL(site.origin).host.replace(/^www\./, ''))

  const finder = createSitePictures({
    ...{ prefix, site },
    known(url, text) {
      if (!isHere(url)) return undefined
      const path = decodedPath(url.pathname)
      const found = candidates(path, text).find((each) => files.has(each))
      return found === undefined
        ? undefined
        : { key: found, from: { file: join(folder, files.get(found) ?? found) } }
    },
  })
  return {
    ...finder,
    idOf: (path) => (isMediaFile(path) ? mediumIdOf(prefix, path.normalize('NFC')) : undefined),
  }
}
