import { join, posix } from 'node:path'
import type { OldSite } from '../addresses.ts'
import { decodedPath, isMediaFile, type PictureFinder } from '../pictures/picture.ts'
import { createSitePictures, mediumIdOf, noHost } from '../pictures/site-pictures.ts'

interface FolderPictures extends PictureFinder {
  /** The id of the medium that a file becomes where a text uses it; undefined for what is no picture or file to show. */
  idOf(path: string): string | undefined
}

/** Folders whose files programs publish at the root of the site. */
const published = ['', 'static/']
/** How many folders beside a text are looked into: `2020-01-01-a-walk/photos/heron.jpg`. */
const besideMax = 3

/**
 * Pictures of a folder: at the place that their address names, or beside the text. `paths` are regular files of the folder, links not
 * followed, so no address leads out of it; addresses are compared decoded and in NFC. What the folder has not comes by link.
 */
export const createFolderPictures = ({
  folder,
  paths,
  site,
  identity,
}: {
  folder: string
  paths: Iterable<string>
  site: OldSite
  identity: string
}): FolderPictures => {
  const prefix = `jekyll:${identity}`
  const files = new Map<string, string>()
  for (const path of paths) if (isMediaFile(path)) files.set(path.normalize('NFC'), path)

  const candidates = (path: string, where: string): string[] => {
    const below = path.startsWith(`${site.base}/`) ? [path.slice(site.base.length), path] : [path]
    const names = path.split('/').slice(1)
    const beside = Array.from({ length: Math.min(besideMax, names.length) }, (_, index) =>
      posix.join(posix.dirname(where), ...names.slice(-1 - index)),
    )
    return [...below.flatMap((each) => published.map((root) => root + each.slice(1))), ...beside]
  }
  const isHere = ({ host }: URL): boolean =>
    host === noHost ||
    (site.origin !== '' && host.replace(/^www\./, '') === new URL(site.origin).host.replace(/^www\./, ''))

  const finder = createSitePictures({
    ...{ prefix, site },
    known(url, { where }) {
      if (!isHere(url)) return undefined
      const path = decodedPath(url.pathname)
      const found = candidates(path, where.normalize('NFC')).find((each) => files.has(each))
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
