import cliProgress from 'cli-progress'

/** Tells a person how far an import is. */
export interface Progress {
  at(position: { done: number; total: number }): void
  /** How many of the pictures met so far are made or given up. */
  pictures(counts: { done: number; total: number }): void
  say(message: string): void
  end(): void
}

interface Terminal {
  isTTY?: boolean
  write(text: string): unknown
}

const barOn = (terminal: NodeJS.WriteStream): Progress => {
  const bar = new cliProgress.SingleBar(
    {
      stream: terminal,
      format: '{bar} {percentage} %{pictures}',
      hideCursor: true,
      clearOnComplete: true,
      // Ctrl-C is for the import to hear, which ends the bar.
      gracefulExit: false,
    },
    cliProgress.Presets.rect,
  )
  bar.start(1, 0, { pictures: '' })
  return {
    at({ done, total }) {
      bar.setTotal(Math.max(1, total))
      bar.update(done)
    },
    pictures: ({ done, total }) => bar.update({ pictures: `, ${done} of ${total} pictures` }),
    say: (message) => terminal.write(`\r\u001b[K${message}\n`),
    end: () => bar.stop(),
  }
}

/** Where there is no bar, every so many pictures are a line. */
const picturesALine = 50

const linesOn = (output: Terminal): Progress => {
  let tenths = 0
  let told = 0
  return {
    at({ done, total }) {
      const reached = total === 0 ? 10 : Math.floor((done / total) * 10)
      if (reached <= tenths) return
      tenths = reached
      output.write(`${reached * 10} %\n`)
    },
    pictures({ done, total }) {
      if (done < told + picturesALine) return
      told = done
      output.write(`${done} of ${total} pictures\n`)
    },
    say: (message) => output.write(`${message}\n`),
    end: () => {},
  }
}

/** A bar on a terminal, a line for each tenth elsewhere. */
export const progressOn = (output: NodeJS.WriteStream): Progress =>
  output.isTTY ? barOn(output) : linesOn(output)

export const silentProgress: Progress = { at: () => {}, pictures: () => {}, say: () => {}, end: () => {} }
