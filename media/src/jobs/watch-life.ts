import type { ChildProcess } from 'node:child_process'

/** A worker that leaves so many questions in a row without an answer hangs. */
const unansweredMax = 4

/**
 * Asks a worker now and then whether it is alive, and kills one that hangs: no other signal reaches a stopped process. Its start may take
 * any time.
 */
export const watchLife = (child: ChildProcess, everyMs: number, onHang: () => void): void => {
  // Nothing is counted before the first answer.
  let unanswered = Number.NEGATIVE_INFINITY
  const ask = () => void child.send({ alive: true }, () => {})
  child.on('message', () => {
    unanswered = 0
  })
  ask()
  const timer = setInterval(() => {
    if (++unanswered <= unansweredMax) return ask()
    clearInterval(timer)
    onHang()
    child.kill('SIGKILL')
  }, everyMs)
  timer.unref()
  child.once('exit', () => clearInterval(timer))
}
