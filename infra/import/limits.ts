/** Bounds of sending an import. */
export const limits = {
  /** JSON characters in one request to a service. */
  batchCharsMax: 500_000,
  /** How long a blog is read before requests under way have their turn. */
  readingMsMax: 5,
  /** Batches that are on their way at once. */
  requestsAtOnceMax: 8,
  /** Batches of comments that wait until there are enough posts for a request. */
  heldBatchesMax: 16,
  /** Pictures that are sent, or waited for, at once. */
  picturesAtOnceMax: 16,
  sendingAtOnceMax: 4,
  askingAtOnceMax: 4,
  /** Of a file, in one request. */
  pieceBytes: 4 * 1024 * 1024,
  /** Between two questions whether a picture is made. */
  pollMsMin: 100,
  pollMsMax: 2_000,
  /** How long a text waits for a picture. Then it comes without, and gets the picture when it is made. */
  textWaitMsMax: 30_000,
  /** How long no picture may change before the workers are taken to stand still. */
  pictureStallMsMax: 600_000,
  /** Pictures of a host that fail at every attempt, one after the other, before its others are not asked for. */
  hostFailuresMax: 8,
  /** Entries that wait for the pictures of a text before them, and the length of their texts. */
  heldEntriesMax: 2_000,
  heldCharsMax: 20_000_000,
  /** Conflicts of an upload with itself before it fails. */
  uploadConflictsMax: 8,
  /** Different reasons kept apart in the summary. */
  reasonsMax: 200,
  /** Places named for each reason in the summary. */
  placesShownMax: 3,
} as const
