/**
 * Pixels. Of every picture that is wider than one of `variants`, media makes one of that width in each format, and texts name them in their
 * HTML without asking. What is wider than its limit is cut down to that first.
 */
export const pictureWidths = {
  variants: [320, 640, 960, 1_280, 1_920],
  stillMax: 2_560,
  animatedMax: 1_280,
  /** Beside its own width, of a portrait. */
  portrait: [96, 320],
} as const
