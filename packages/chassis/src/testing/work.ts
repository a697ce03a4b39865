// Some systems count a thread's time in steps of several milliseconds.
const enoughMicroseconds = 50_000

/**
 * The processor time of this thread for one run, in microseconds, over as many runs as it takes to tell: others that keep the machine
 * busy do not show in it. Compare it with the work on something ordinary, so that it says the same on every machine.
 */
export const workOf = (run: () => unknown): number => {
  const begun = process.threadCpuUsage()
  for (let runs = 1; ; runs += 1) {
    run()
    const { user, system } = process.threadCpuUsage(begun)
    if (user + system >= enoughMicroseconds) return (user + system) / runs
  }
}

/** The same for what others are compared with: measured when first asked for, as the lesser of two, since the first run also compiles. */
export const workOnceOf = (run: () => unknown): (() => number) => {
  let least: number | undefined
  return () => (least ??= Math.min(workOf(run), workOf(run)))
}
