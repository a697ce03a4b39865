/** Bounds of the export. */
export const limits = {
  /** Items asked for in one request. */
  pageItemsMax: 100,
} as const
