/** Runs what is given under one name one after the other, in the order in which it came. */
export const createTurns = () => {
  const last = new Map<string, Promise<unknown>>()
  return <Result>(name: string, run: () => Promise<Result>): Promise<Result> => {
    const before = last.get(name) ?? Promise.resolve()
    const ran = before.then(run, run)
    const ended = ran.catch(() => {})
    last.set(name, ended)
    void ended.then(() => {
      if (last.get(name) === ended) last.delete(name)
    })
    return ran
  }
}
export type Turns = ReturnType<typeof createTurns>
