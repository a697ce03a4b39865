import { pictureWidths } from '@logbook/contracts/picture-widths.ts'

/** Bounds of the processing of pictures. */
export const limits = {
  /** Width × height × frames: decoded at once, so many pixels take 400 MB at most. Larger phones' cameras give 50 million. */
  pixelsMax: 100_000_000,
  framesMax: 1_000,
  /** One side; WebP ends at 16,383, and is then left out. */
  sideMax: 60_000,
  webpSideMax: 16_383,
  /** Stills are cut down to this width before narrower ones are made of them. */
  stillWidthMax: pictureWidths.stillMax,
  animatedWidthMax: pictureWidths.animatedMax,
  /** One encoding. */
  encodeSeconds: 120,
  /** What blurhash and the dominant colour are taken from. */
  sampleSide: 32,
  posterSeconds: 60,
  posterBytesMax: 32 * 1024 * 1024,
  posterWidthMax: 1_280,
  /** Of the address space of ffmpeg, and of one block in it. */
  posterMemoryKiBMax: 2 * 1024 * 1024,
  posterAllocBytesMax: 256 * 1024 * 1024,
} as const
