/** Thrown while a service starts, where no restart would help and a person has to decide. The message says why, and what to do. */
export class StartRefused extends Error {
  override name = 'StartRefused'
}
