/** Bounds of workers. */
export const workerLimits = {
  /** The first bytes of a file say what it is. */
  headBytes: 64 * 1024,
  /** A picture is decoded from memory. */
  pictureBytesMax: 64 * 1024 * 1024,
  /** ffmpeg reads a video from a file of its own, which is copied from the storage. */
  posterSourceBytesMax: 1024 * 1024 * 1024,
  /** A shorter file is fetched from its beginning by each attempt. */
  continuedBytesMin: 1024 * 1024,
  /** How many earlier leases are looked at for what they have stored. */
  earlierLeasesMax: 10,
  reasonCharsMax: 500,
  backoffMs: { initial: 500, max: 15_000 },
  /** A worker that the service started ends after so long without a job. */
  idleMsMax: 60_000,
} as const
