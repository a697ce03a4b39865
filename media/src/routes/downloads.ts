import { pipeline } from 'node:stream/promises'
import { callerOf } from '@logbook/chassis/access/gate.ts'
import { uuidParam } from '@logbook/chassis/http/answers.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import { mediaEndpoints } from '@logbook/contracts/endpoints/media.ts'
import type { MediaVariant } from '@logbook/contracts/events/media.ts'
import type { Request, RequestHandler, Response } from 'express'
import { mayManage } from '../domain/decide.ts'
import { isCrop } from '../domain/object-keys.ts'
import { limits } from '../limits.ts'
import type { Medium, View } from '../read-model/view.ts'
import type { AtHand } from '../storage/at-hand.ts'
import type { ByteRange, Storage } from '../storage/storage.ts'

/** Types that a browser may display. All others are downloaded. */
const shown = /^(?:image|audio|video)\/|^application\/pdf$|^text\/plain\b/

const rangePattern = /^bytes=(\d{0,15})-(\d{0,15})$/

/** The requested range; undefined for the whole file, also for several ranges and invalid ones. Throws if it lies outside the file. */
export const rangeOf = (header: string | undefined, bytes: number): ByteRange | undefined => {
  const [, from = '', to = ''] = rangePattern.exec(header ?? '') ?? []
  if (from === '' && to === '') return undefined
  const start = from === '' ? Math.max(0, bytes - Number(to)) : Number(from)
  const end = from === '' || to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1)
  if (from !== '' && to !== '' && Number(to) < start) return undefined
  if (start >= bytes || (from === '' && Number(to) === 0))
    throw new Problem('range-not-satisfiable', { detail: `There are ${bytes} bytes.` })
  return { start, end }
}

const dispositionOf = (name: string, type: string): string => {
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16)}`,
  )
  return `${shown.test(type) ? 'inline' : 'attachment'}; filename="${ascii}"; filename*=UTF-8''${encoded}`
}

const extensions: Readonly<Record<string, string>> = { 'image/avif': '.avif', 'image/webp': '.webp' }

/** The file name of a download: the name of the medium with the extension of the variant. */
const savedAs = (name: string, { type }: MediaVariant): string => {
  const ending = extensions[type]
  return ending === undefined || name.toLowerCase().endsWith(ending)
    ? name
    : name.replace(/\.[^.]*$/, '') + ending
}

const widthPattern = /^w(\d{1,5})\.([a-z]{3,4})$/
const widthOf = ({ name }: MediaVariant): number => Number(widthPattern.exec(name)?.[1] ?? 0)

/**
 * The variant of this name. For a width that was not made, the next wider one of that format, or the widest; for a format that was not
 * made, the same of the picture's own. Texts name widths and formats that the settings may have left out.
 */
export const variantOf = (variants: readonly MediaVariant[], name: string): MediaVariant | undefined => {
  const exact = variants.find((each) => each.name === name)
  const [, width, format] = widthPattern.exec(name) ?? []
  if (exact !== undefined || width === undefined) return exact
  const pictures = variants.filter((each) => widthPattern.test(each.name))
  const same = pictures.filter((each) => each.name.endsWith(`.${format}`))
  const own = pictures.filter((each) => !/\.(?:avif|webp)$/.test(each.name))
  const among = [same, own, pictures].find(({ length }) => length > 0) ?? []
  const rising = among.toSorted((one, other) => widthOf(one) - widthOf(other))
  return rising.find((each) => widthOf(each) >= Number(width)) ?? rising.at(-1)
}

/** How long a public variant may be kept: one that is cut around the focal point may change, and a moderator may remove a portrait. */
const ageOf = (variant: string, { request }: Pick<Medium, 'request'>): number =>
  isCrop(variant) || request.use === 'portrait' ? limits.cropAgeSecondsMax : limits.variantAgeSecondsMax

interface DownloadOptions {
  view: View
  storage: Pick<Storage, 'get'>
  atHand: Pick<AtHand, 'read'>
}

/** `GET /media/:id/:variant`: public while a published post or a portrait shows it, otherwise for its owner and moderators. */
export const downloadHandlers = ({ view, storage, atHand }: DownloadOptions) => {
  const headersOf = (medium: Medium, variant: MediaVariant, isPublic: boolean): Record<string, string> => ({
    'Content-Type': variant.type,
    'Content-Disposition': dispositionOf(savedAs(medium.name, variant), variant.type),
    // A file that is opened on its own runs no scripts and loads nothing.
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; sandbox",
    'Cross-Origin-Resource-Policy': isPublic ? 'cross-origin' : 'same-site',
    'Cache-Control': isPublic ? `public, max-age=${ageOf(variant.name, medium)}` : 'private, no-cache',
    'Accept-Ranges': 'bytes',
    ETag: `"${variant.sha256}"`,
    Vary: 'Authorization, Cookie',
  })

  /** The bytes of a variant. Throws `unavailable` if they are not in the storage. */
  const bytesOf = async ({ key, bytes }: MediaVariant, range: ByteRange | undefined) => {
    const found = await storage.get(key, range)
    if (found?.bytes === bytes) return found.stream
    found?.stream.destroy()
    throw new Problem('unavailable', { detail: 'The file is not in the storage.', retryAfter: 30 })
  }

  const wantedRange = (req: Request, res: Response, { bytes, sha256 }: MediaVariant) => {
    const ifRange = req.get('If-Range')
    if (ifRange !== undefined && ifRange !== `"${sha256}"`) return undefined
    res.set('Content-Range', `bytes */${bytes}`)
    const range = rangeOf(req.get('Range'), bytes)
    res.removeHeader('Content-Range')
    return range
  }

  const download: RequestHandler = async (req, res) => {
    const medium = view.one(uuidParam(req, 'id'))
    const variant = variantOf(medium?.made?.variants ?? [], String(req.params.variant))
    const isPublic = medium !== undefined && view.isPublic(medium.id)
    const mayRead = medium !== undefined && (isPublic || mayManage({ ownerId: medium.owner }, callerOf(res)))
    if (variant === undefined || !mayRead) throw notFound('such file')
    const headers = headersOf(medium, variant, isPublic)
    const known = req.get('If-None-Match')?.split(/,\s*/) ?? []
    if (known.some((tag) => tag === '*' || tag.replace(/^W\//, '') === headers.ETag))
      return void res.set(headers).status(304).end()
    const range = wantedRange(req, res, variant)
    const { bytes } = variant
    const length = range === undefined ? bytes : range.end - range.start + 1
    const isEmpty = req.method === 'HEAD' || length === 0
    const whole = isEmpty ? undefined : await atHand.read(variant.key, bytes)
    const stream = isEmpty || whole ? undefined : await bytesOf(variant, range)
    if (range) res.set('Content-Range', `bytes ${range.start}-${range.end}/${bytes}`)
    res.status(range ? 206 : 200).set({ ...headers, 'Content-Length': String(length) })
    // A closed connection ends the reading as well.
    if (stream) await pipeline(stream, res).catch(() => void res.destroy())
    else res.end(whole && range ? whole.subarray(range.start, range.end + 1) : whole)
  }
  // Streams files, and ranges of them.
  return handlersOf(mediaEndpoints)({ 'GET /media/:id/:variant': { raw: download } })
}
