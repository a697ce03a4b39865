import type { OldSite } from '../addresses.ts'
import type { PictureFinder } from '../pictures/picture.ts'
import { createSitePictures } from '../pictures/site-pictures.ts'

/** The address of a picture itself, of which Ghost makes other sizes and formats: `/content/images/size/w600/format/webp/2020/01/a.jpg`. */
const withoutSize = (url: URL): URL => {
  const path = url.pathname.replace(
    /(\/content\/images)(?:\/size\/w\d+(?:h\d+)?)?(?:\/format\/\w+)?\//,
    '$1/',
  )
  return path === url.pathname ? url : new URL(path, url)
}

/** Pictures and files of a Ghost blog, which come by link from where it stood. */
export const createContentPictures = (site: OldSite, identity: string): PictureFinder =>
  createSitePictures({ prefix: `ghost:${identity}`, site, original: withoutSize })
