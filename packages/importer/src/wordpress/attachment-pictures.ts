import { decodedPath, type PictureFinder } from '../pictures/picture.ts'
import { createSitePictures } from '../pictures/site-pictures.ts'
import type { ExportIndex } from './index-export.ts'

/** Addresses of one file by http and https, with and without `www.`, encoded or not. */
const plain = (url: URL): string => url.host.replace(/^www\./, '') + decodedPath(url.pathname)

/** What WordPress adds to the name of a file for another size of it: `-300x200`. */
const sized = /-\d{1,5}x\d{1,5}(?=\.\w+$)/
/** What it adds to the name of an upload that it made smaller or turned upright itself. */
const adapted = /-(?:scaled|rotated)(?=\.\w+$)/

/** The address at the blog itself of a picture that WordPress' own servers make smaller: `i0.wp.com/old.example/a.jpg?w=300`. */
const withoutPhoton = (url: URL): URL => {
  const inside = `https:/${url.pathname}`
  return /^i[0-3]\.wp\.com$/.test(url.host) && URL.canParse(inside) ? new URL(inside) : url
}

export const attachmentKey = (id: string): string => `attachment:${id}`

/**
 * Pictures of an export: attachments at any of their sizes, and others below the blog's address or on a host of attachments. The
 * export has no files: all come by link.
 */
export const createAttachmentPictures = (
  { attachments, site }: Pick<ExportIndex, 'attachments' | 'site'>,
  identity: string,
): PictureFinder => {
  const byAddress = new Map<string, string>()
  const hosts = new Set<string>()
  for (const [id, { url }] of attachments) {
    if (!URL.canParse(url)) continue
    const parsed = new URL(url)
    hosts.add(parsed.host.replace(/^www\./, ''))
    const address = plain(parsed)
    byAddress.set(address, id)
    const before = address.replace(adapted, '')
    if (!byAddress.has(before)) byAddress.set(before, id)
  }
  return createSitePictures({
    ...{ prefix: prefixOf(identity), site, hosts, original: withoutPhoton },
    known(url) {
      const address = plain(url)
      const id = byAddress.get(address) ?? byAddress.get(address.replace(sized, ''))
      const found = id === undefined ? undefined : attachments.get(id)
      return id === undefined || found === undefined
        ? undefined
        : { key: attachmentKey(id), from: { url: found.url }, alt: found.alt }
    },
  })
}

export const prefixOf = (identity: string): string => `wordpress:${identity}`
