import { derivedId } from '@logbook/chassis/ids.ts'
import { webAddress } from '@logbook/contracts/text.ts'
import type { OldSite } from '../addresses.ts'
import {
  type HoldingText,
  type ImportPicture,
  isMediaFile,
  nameOfFile,
  type PictureFinder,
  toAlt,
} from './picture.ts'

/** A picture that the source of the blog itself names. */
export interface KnownPicture {
  /** What it is called among the pictures of this blog: a path, or a number. */
  key: string
  from: ImportPicture['from']
  alt?: string | undefined
}

export interface SitePicturesOptions {
  /** What the keys of this blog's pictures begin with: `jekyll:old.example`. */
  prefix: string
  site: OldSite
  /** More hosts of the blog's own pictures, in lower case, without `www.`. */
  hosts?: ReadonlySet<string>
  /** The address of the picture itself, where programs make others of it, such as of smaller sizes. */
  original?(url: URL): URL
  /** The picture that the source itself has at this address. */
  known?(url: URL, text: HoldingText): KnownPicture | undefined
}

/** The host of addresses that name none. It can't be fetched from. */
export const noHost = 'old.invalid'

const plainHost = (url: URL): string => url.host.replace(/^www\./, '')

/** The id of the medium that a picture becomes. */
export const mediumIdOf = (prefix: string, key: string): string =>
  derivedId('import', `${prefix}:picture:${key}`)

/**
 * The pictures of a blog that stood on a site: those that its source has, and others on its own hosts by link. Pictures of
 * other hosts stay where they are.
 */
export const createSitePictures = (options: SitePicturesOptions): PictureFinder => {
  const { prefix, site, hosts = new Set<string>(), original = (url) => url, known } = options
  const home = site.origin === '' ? `http://${noHost}` : site.origin
  const ownHost = site.origin === '' ? undefined : plainHost(new URL(site.origin))
  const isOwn = (url: URL): boolean =>
    plainHost(url) === ownHost || (url.host !== noHost && hosts.has(plainHost(url)))

  /** By link, without its query where its name says what it is. */
  const remote = (url: URL): KnownPicture => {
    const bare = new URL(url)
    bare.hash = ''
    if (isMediaFile(bare.pathname)) bare.search = ''
    return { key: plainHost(bare) + bare.pathname + bare.search, from: { url: bare.href } }
  }

  return {
    find(address, { as, alt, text }) {
      const written = address.trim()
      if (/^data:/i.test(written))
        return as === 'linked' ? undefined : 'has a picture written into the text (data:), which stays there'
      const base = `${home}${text.oldPath ?? `${site.base}/`}`
      if (written === '' || written.startsWith('#') || !URL.canParse(written, base)) return undefined
      const url = original(new URL(written, base))
      if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined
      const isFetched = isOwn(url) && (as !== 'linked' || isMediaFile(url.pathname))
      const found = known?.(url, text) ?? (isFetched ? remote(url) : undefined)
      if (found === undefined) return undefined
      const { key, from } = found
      if ('url' in from && !webAddress.safeParse(from.url).success)
        return `has a picture whose address can't be fetched: ${from.url.slice(0, 200)}`
      const name = nameOfFile('url' in from ? new URL(from.url).pathname : from.file)
      return { id: mediumIdOf(prefix, key), name, alt: toAlt(found.alt || alt), focus: null, from }
    },
  }
}
