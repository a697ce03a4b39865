/** Bounds of the pictures that previews of posts without a cover show. */
export const limits = {
  /** Painted pictures that are cached, the least recently used dropped first. */
  cacheBytesMax: 16_000_000,
  /** Painted within a minute: a picture that is not cached costs a stranger nothing and this process 100 ms. */
  paintsPerMinuteMax: 60,
  /** Paints that wait for their turn; there is one at a time. */
  waitingMax: 20,
  /** For one paint, the start of the thread included. */
  paintMsMax: 15_000,
  /** A thread without work ends, and gives its memory back. */
  idleMsMax: 60_000,
  threadMemory: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 },
  /** What is looked at of a text: more never fits. */
  titleCharsMax: 300,
  lineCharsMax: 150,
} as const
