import { initialMediaSettings, type MediaSettings } from '@logbook/contracts/events/media-settings.ts'
import type { FilterName } from './filters.ts'
import { limits } from './limits.ts'

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
  /** Of 100, by the encodings that have one. */
  quality: MediaSettings['quality']
  /** Width × height × frames of the largest picture. */
  pixelsMax: number
  /** True keeps EXIF (with GPS), XMP and IPTC in `original`, and only there. */
  keepsMetadata: boolean
}

export const defaultPlan: VariantPlan = {
  widths: initialMediaSettings.widths,
  formats: initialMediaSettings.formats,
  filters: [],
  // What most services show of a link.
  crops: [{ name: 'card', width: 1_200, height: 630 }],
  focus: null,
  quality: initialMediaSettings.quality,
  pixelsMax: limits.pixelsMax,
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
