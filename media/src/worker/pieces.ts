/** Bytes that one side writes and the other reads, one piece at a time: `write` resolves once its piece was taken. */
export const createPieces = () => {
  const waiting: { chunk: Uint8Array; taken: () => void }[] = []
  let ended = false
  let failure: unknown
  let wake = () => {}
  return {
    write: (chunk: Uint8Array): Promise<void> =>
      new Promise((taken) => {
        waiting.push({ chunk, taken })
        wake()
      }),
    end(error?: unknown): void {
      ended = true
      failure = error
      wake()
    },
    async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
      for (;;) {
        const next = waiting.shift()
        if (next) {
          yield next.chunk
          next.taken()
        } else if (ended) {
          if (failure !== undefined) throw failure
          return
        } else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    },
  }
}
