/** The item that an event changed. `commentId` is absent if it was the post itself. */
export interface Touched {
  postId: string
  commentId?: string
  /** The author of the comment. */
  personId?: string | null
}
