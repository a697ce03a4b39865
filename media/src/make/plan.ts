import { pictureWidths } from '@logbook/contracts/picture-widths.ts'
import type { FilterName } from './filters.ts'

/** Part of a picture with a certain ratio, cut so that the focal point stays in it: one JPEG, white where it was transparent. */
export interface Crop {
  /** The name of its variants, before the extension. */
  name: string
  width: number
  height: number
}

/** The variants to make of a picture. */
export interface VariantPlan {
  /** Pixels, of those that are narrower than the picture one variant a format is made, and one of its own width. */
  widths: readonly number[]
  /** Beside the picture's own format. */
  formats: readonly ('avif' | 'webp')[]
  /** Applied in order, before anything else is made. */
  filters: readonly FilterName[]
  crops: readonly Crop[]
  /** Parts of width and height from the upper left; the middle where null. */
  focus: { x: number; y: number } | null
  /** True keeps EXIF (with GPS), XMP and IPTC in `original`, and only there. */
  keepsMetadata: boolean
}

export const defaultPlan: VariantPlan = {
  widths: pictureWidths.variants,
  formats: ['avif', 'webp'],
  filters: [],
  // What most services show of a link.
  crops: [{ name: 'card', width: 1_200, height: 630 }],
  focus: null,
  keepsMetadata: false,
}

/** One picture that was made. */
export interface Made {
  /** `original`, or a width and format such as `w640.avif`, or a crop such as `card.jpg`. */
  variant: string
  type: string
  width: number
  height: number
  bytes: Buffer
}
