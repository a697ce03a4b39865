import { bounds } from '@logbook/contracts/bounds.ts'
import type { PicturePlace } from '@logbook/contracts/events/posts.ts'
import type { MediumAnswer } from '@logbook/contracts/http/media.ts'
import { oneLine, shorten } from '../fields.ts'

/** A picture, or another file that a text links to, as it becomes a medium. */
export interface ImportPicture {
  /** Of its medium. The same picture has the same id in every run. */
  id: string
  /** What its file is called. */
  name: string
  alt: string
  focus: MediumAnswer['focus']
  /** The whole path of a file on this machine, or the address from which media fetches it. */
  from: { file: string } | { url: string }
}

/** The text that holds an address: its place in the source, and the path at which it stood. */
export interface HoldingText {
  where: string
  oldPath: string | undefined
}

/** Finds the pictures of a blog by the addresses in its texts. */
export interface PictureFinder {
  /**
   * The picture at an address; a sentence for one that cannot come; undefined for what is no picture or file of this blog, and stays as it is.
   */
  find(
    address: string,
    use: { as: PicturePlace['as']; alt: string; text: HoldingText },
  ): ImportPicture | string | undefined
  /** Pictures that come whether or not a text shows them. */
  all?(): Iterable<{ where: string; item: ImportPicture }>
}

/** A path of an address as a file has it: percent-encoding decoded where it is well-formed, in NFC. */
export const decodedPath = (path: string): string =>
  path
    .replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
      try {
        return decodeURIComponent(encoded)
      } catch {
        return encoded
      }
    })
    .normalize('NFC')

/** The name of the file at a path, as media takes it. */
export const nameOfFile = (path: string): string => {
  const name = oneLine(decodedPath(path).replace(/^.*\//s, ''))
  const [, stem = '', extension = ''] = /^(.*?)(\.\w{1,10})?$/s.exec(name) ?? []
  return name === ''
    ? 'file'
    : stem.slice(0, bounds.mediaNameCharsMax - extension.length).toWellFormed() + extension
}

/** Alternative text as media takes it. */
export const toAlt = (text: string): string => shorten(oneLine(text), bounds.coverAltCharsMax)

const extensions =
  'jpe?g|jpe|png|gif|webp|avif|bmp|tiff?|svg|heic|heif|ico|pdf|mp3|m4a|ogg|oga|opus|wav|flac|mp4|m4v|webm|ogv|mov|zip|gz|epub|docx?|xlsx?|pptx?|odt|ods|odp|csv|txt'
const mediaFile = new RegExp(`\\.(?:${extensions})$`, 'i')

/** Whether a file at a path is one that texts show or offer to download, by its name. */
export const isMediaFile = (path: string): boolean => mediaFile.test(path)
