/** The request can't be carried out as it was made; the message says why, to whoever made it. */
export class Refused extends Error {
  override name = 'Refused'
}

/** A file of accounts is not what was written. */
export class Damaged extends Error {
  override name = 'Damaged'
}
