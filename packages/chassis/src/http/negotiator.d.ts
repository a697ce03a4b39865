declare module 'negotiator' {
  /** What of the library is used here; its published types leave out `preferred`. */
  export default class Negotiator {
    constructor(request: { headers: { 'accept-encoding': string } })
    /** The coding with the highest q; among equals the first of `preferred`. */
    encoding<Coding extends string>(
      available: readonly Coding[],
      options: { preferred: readonly Coding[] },
    ): Coding | undefined
  }
}
