/** A mutex per name: functions given under the same name run one after the other, in order of arrival. */
export const createKeyedMutex = () => {
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
export type KeyedMutex = ReturnType<typeof createKeyedMutex>
