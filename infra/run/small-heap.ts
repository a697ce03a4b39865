import { totalmem } from 'node:os'

const mebibyte = 2 ** 20
/** The rest is for code, threads, SQLite and the runner. */
const heapShare = 0.32
/** Above this much memory V8's own bound is as good. */
const memoryMebibytesMax = 4_096

/**
 * V8's arguments for as little memory as it can do with, at the cost of processor time. Without a bound, V8 collects garbage late,
 * and a small machine kills the process first. `memoryBytes` is the memory of the machine, or of the control group of this process.
 */
export const smallHeapArguments = (
  memoryBytes = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
): string[] => {
  const mebibytes = memoryBytes / mebibyte
  const bound =
    mebibytes > memoryMebibytesMax ? [] : [`--max-old-space-size=${Math.floor(mebibytes * heapShare)}`]
  return ['--optimize-for-size', ...bound]
}
