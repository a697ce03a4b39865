/** The page of a post's thread that holds a comment, below the post's address. */
export const pageOf = (id: string): string => `?comment=${encodeURIComponent(id)}`

/** A comment's address on its page. The id is before the `#` as well: browsers do not send what follows it. */
export const placeOf = (id: string): string => `${pageOf(id)}#comment-${encodeURIComponent(id)}`

/** The same after it was written or changed: what became of it is said there. */
export const saidAt = (id: string): string =>
  `?said=${encodeURIComponent(id)}#comment-${encodeURIComponent(id)}`
