/** Every bound of the storage engines. */
export const limits = {
  /** One name between two slashes of a key; file systems end at 255. */
  nameCharsMax: 200,
  /** A whole key; S3 ends at 1,024 bytes. */
  keyCharsMax: 900,
  /** Names from this length on are ids or hashes: many stand side by side, so the folder engine spreads them. */
  shardedNameCharsMin: 16,
  /** Pieces of an object are joined until they have so many bytes, and then written. */
  writeBytes: 256 * 1024,
  /** Bytes of an object that is being written which may not be on the disk yet. */
  unsyncedBytesMax: 32 * 1024 * 1024,
  /** A temporary file that was not written to for so long has no writer any more. */
  leftoverMs: 6 * 60 * 60 * 1000,
  /** One part of a multipart upload. S3 allows 10,000 parts, at least 5 MiB each. */
  partBytes: 8 * 1024 * 1024,
  partsMax: 10_000,
  /** How long a bucket may take to accept a connection, and to send the next byte. */
  connectMs: 5_000,
  idleMs: 60_000,
  attemptsMax: 4,
  /** Objects that a move copies at a time. */
  movingMax: 4,
} as const
