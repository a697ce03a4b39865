import cliProgress from 'cli-progress'

/** Shows the progress of the work. */
export interface Progress {
  at(position: { what: string; done: number; total: number }): void
  end(): void
}

export const silentProgress: Progress = { at: () => {}, end: () => {} }

/** A bar on a terminal, nothing elsewhere. */
export const progressOn = (output: NodeJS.WriteStream): Progress => {
  if (!output.isTTY) return silentProgress
  const bar = new cliProgress.SingleBar(
    { stream: output, format: '{what} {bar} {percentage} %', hideCursor: true, clearOnComplete: true },
    cliProgress.Presets.rect,
  )
  let started = false
  return {
    at({ what, done, total }) {
      if (!started) bar.start(total, done, { what })
      started = true
      bar.setTotal(Math.max(1, total))
      bar.update(done, { what })
    },
    end() {
      if (started) bar.stop()
    },
  }
}
