/** A post that the running blog has. */
export interface FoundPost {
  id: string
}

/** The posts that the running blog has: a port, since the importer itself asks no service. */
export interface PostsHere {
  /**
   * The public post that stands, or stood, at one of these addresses. Undefined where there is none. What it throws ends the
   * reading of a blog.
   */
  find(addresses: readonly string[]): Promise<FoundPost | undefined>
}
