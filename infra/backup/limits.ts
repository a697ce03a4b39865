/** Bounds of the backup and the restore of a whole Logbook. */
export const limits = {
  /** Pages of SQLite, 4 KiB each, copied at a time. */
  copyPagesMax: 1_000,
  /** Of the free space, what is to stay free beside a copy. */
  spareBytes: 32 * 1024 * 1024,
  manifestBytesMax: 64 * 1024 * 1024,
} as const
