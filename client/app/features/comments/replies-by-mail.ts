const tries = 6
const pauseMs = 400

/** What `POST /mail-subscriptions` takes for replies to a comment. */
export const repliesTo = (commentId: string, email: string) => ({
  email,
  scope: { kind: 'replies', commentId },
})

/** Asks for replies by mail to a comment that notifications may not have heard of yet. `ask` resolves to the status. True where a mail was promised. */
export const askForReplies = async (ask: () => Promise<number>): Promise<boolean> => {
  for (let left = tries; left > 0; left -= 1) {
    const status = await ask()
    if (status !== 422) return status === 202
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  return false
}
