import { fileTypeFromBuffer } from 'file-type'
import { MediaRefused } from './refused.ts'

export interface ContentType {
  /** The Content-Type it is served with, regardless of its name or the type that its host sent. */
  type: string
  /** The extension of its name, without a dot. */
  extension: string
  kind: 'picture' | 'audio' | 'video' | 'document' | 'other'
  /** False for types that a browser must download and never display. */
  inline: boolean
}

/** So many bytes from the beginning decide; the rest is never looked at, so no archive is unpacked. */
export const headBytes = 64 * 1024

const kinds: Record<string, ContentType['kind']> = {
  ...{ 'image/jpeg': 'picture', 'image/png': 'picture', 'image/gif': 'picture' },
  ...{ 'image/webp': 'picture', 'image/avif': 'picture', 'image/tiff': 'picture' },
  ...{ 'audio/mpeg': 'audio', 'audio/ogg': 'audio', 'audio/wav': 'audio', 'audio/flac': 'audio' },
  ...{ 'audio/mp4': 'audio', 'audio/aac': 'audio', 'audio/x-m4a': 'audio' },
  ...{ 'video/mp4': 'video', 'video/webm': 'video', 'video/ogg': 'video', 'video/quicktime': 'video' },
  ...{ 'video/matroska': 'video', 'video/x-m4v': 'video' },
  'application/pdf': 'document',
}

/** Several names that one type goes by. */
const plainNames: Record<string, string> = {
  'application/ogg': 'audio/ogg',
  ...{ 'audio/opus': 'audio/ogg', 'audio/vorbis': 'audio/ogg', 'audio/vnd.wave': 'audio/wav' },
  ...{ 'audio/x-flac': 'audio/flac', 'audio/x-m4a': 'audio/mp4', 'video/x-m4v': 'video/mp4' },
  ...{ 'audio/ogg; codecs=opus': 'audio/ogg', 'video/x-matroska': 'video/matroska' },
}

const unknown: ContentType = {
  ...{ type: 'application/octet-stream', extension: 'bin' },
  ...{ kind: 'other', inline: false },
}

/** Archives by their first bytes; a more precise type would require unpacking them. */
const archives = [
  { beginning: 'PK\x03\x04', extension: 'zip' },
  { beginning: '\x1f\x8b', extension: 'gz' },
]

/** The pictures in a tag of a song may be longer than what is looked at: the library then finds nothing. */
const taggedMp3 = (head: Buffer) =>
  head.toString('latin1', 0, 3) === 'ID3' ? { mime: 'audio/mpeg', ext: 'mp3' } : undefined

/** The brands of a file of the MPEG-4 family, some of which go before others whatever stands first. */
const isAvif = (head: Buffer): boolean =>
  head.toString('latin1', 4, 8) === 'ftyp' &&
  /avi[fs]/.test(head.toString('latin1', 8, Math.min(64, head.readUInt32BE(0))))

const isHeic = (type: string): boolean => /^image\/hei[cf]/.test(type)

const textOf = (head: Buffer): string => {
  if (head[0] === 0xff && head[1] === 0xfe) return head.toString('utf16le')
  if (head[0] === 0xfe && head[1] === 0xff)
    return Buffer.from(head.subarray(0, head.length & ~1))
      .swap16()
      .toString('utf16le')
  return head.toString('utf8')
}

const svgElement = /<(?:[\w.-]{1,40}:)?svg[\s>/]/i
const isSvg = (head: Buffer): boolean => {
  const text = textOf(head).replace(/^\ufeff/, '')
  return text.trimStart().startsWith('<') && svgElement.test(text) && !/<html[\s>]/i.test(text)
}

/**
 * The type of a file by its first `headBytes` bytes alone; its name and the declared type are ignored. An unknown type is
 * `application/octet-stream`, for download only. Throws MediaRefused for SVG and HEIC.
 */
export const contentTypeOf = async (head: Buffer): Promise<ContentType> => {
  const beginning = head.subarray(0, headBytes)
  if (isSvg(beginning))
    throw new MediaRefused(
      'SVG pictures are not supported, since they may contain scripts. Save it as PNG or WebP and upload that.',
    )
  const archive = archives.find(
    ({ beginning: mark }) => beginning.toString('latin1', 0, mark.length) === mark,
  )
  if (archive !== undefined) return { ...unknown, extension: archive.extension }
  const detected = isAvif(beginning)
    ? { mime: 'image/avif', ext: 'avif' }
    : await fileTypeFromBuffer(beginning).catch(() => undefined)
  const found = detected ?? taggedMp3(beginning)
  if (found === undefined) return unknown
  if (found.mime === 'image/apng')
    throw new MediaRefused(
      'Animated PNG pictures are not supported. Save it as animated WebP or GIF and upload that.',
    )
  if (isHeic(found.mime))
    throw new MediaRefused(
      'HEIC pictures are not supported, since most browsers can’t display them. Save it as JPEG and upload that.',
    )
  const type = plainNames[found.mime] ?? found.mime
  const kind = kinds[type]
  // Other types keep only their extension: a browser must not open a page, a script or an archive of one.
  if (kind === undefined)
    return { ...unknown, extension: /^[a-z0-9]{1,10}$/.test(found.ext) ? found.ext : 'bin' }
  return { type, extension: found.ext, kind, inline: true }
}
