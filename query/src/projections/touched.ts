/** What an event changed. `commentId` is absent where the post itself did. */
export interface Touched {
  postId: string
  commentId?: string
  /** Whose comment it is. */
  personId?: string | null
}
