import type { MediaFilter } from '@logbook/contracts/http/media.ts'
import type { Sharp } from 'sharp'

/** One step that changes a picture and leaves its metadata, frames and transparency. */
type Filter = (picture: Sharp) => Sharp

// Rows give the new red, green and blue, each of the old three.
const swapped: [Triple, Triple, Triple] = [
  [0, 0, 1],
  [0, 1, 0],
  [1, 0, 0],
]
const sepia: [Triple, Triple, Triple] = [
  [0.393, 0.769, 0.189],
  [0.349, 0.686, 0.168],
  [0.272, 0.534, 0.131],
]
type Triple = [number, number, number]

/** Filters by their public names. */
export const filters = {
  'swap-red-blue': (picture) => picture.recomb(swapped),
  grayscale: (picture) => picture.grayscale(),
  sepia: (picture) => picture.recomb(sepia),
  invert: (picture) => picture.negate({ alpha: false }),
  brighten: (picture) => picture.modulate({ brightness: 1.2 }),
  darken: (picture) => picture.modulate({ brightness: 0.8 }),
  saturate: (picture) => picture.modulate({ saturation: 1.4 }),
  blur: (picture) => picture.blur(4),
  sharpen: (picture) => picture.sharpen(),
} as const satisfies Record<MediaFilter, Filter>

export type FilterName = MediaFilter

export const isFilterName = (name: string): name is FilterName => Object.hasOwn(filters, name)
