import { type Logger, pino } from 'pino'

export type { Logger }

/** Of an error, what it says itself. Libraries hang whole connections on theirs, with every header that was sent. */
export const loggableError = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error
  const { name: type, message, stack, cause } = error
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  return { type, message, ...code, stack, ...(cause === undefined ? {} : { cause: loggableError(cause) }) }
}

/** Of an address, its path: what stands behind the question mark may be the secret of a link, or what somebody looked for. */
export const loggablePath = (url: string): string => url.split('?', 1)[0] ?? ''

interface Output {
  out: ReturnType<typeof pino.destination>
  /** The reader is gone, or the file can't be written. */
  failed: boolean
  /** Those that write to it and have not ended. */
  loggers: Set<Logger>
}
/** One for the process: lines of several services that each wrote by themselves could be mixed. */
let current: Output | undefined

const openOutput = (): Output => {
  const out = pino.destination({ fd: process.stdout.fd ?? 1, sync: false })
  const output: Output = { out, failed: false, loggers: new Set() }
  out.on('error', () => {
    output.failed = true
  })
  // Its own way to write the rest at the exit of the process tries for ever where the reader is gone. `endLogger` waits instead.
  out.flushSync = () => {}
  return output
}

/** One line of JSON an entry, on standard output. Credentials never reach it. Before the process exits, `endLogger` writes what is left. */
export const createLogger = ({ service, level }: { service: string; level: string }): Logger => {
  current ??= openOutput()
  const logger = pino(
    {
      level,
      base: { service },
      serializers: { err: loggableError },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: [
        'req.headers.authorization',
        'req.headers.cookie',
        '*.authorization',
        '*.cookie',
        '*.password',
        '*.token',
      ],
    },
    current.out,
  )
  current.loggers.add(logger)
  return logger
}

/** So long a reader that takes nothing is waited for. */
const endMsMax = 1_000

/**
 * Resolves when the last line is written, or can't be: nothing reads it, or not in time. The logger takes no line afterwards. Of several loggers of a
 * process, the last to end waits for the lines of all.
 */
export const endLogger = (logger: Logger): Promise<void> =>
  new Promise((resolve) => {
    const output = current
    if (!output?.loggers.delete(logger) || output.loggers.size > 0) return resolve()
    current = undefined
    if (output.failed) return resolve()
    const inTime = setTimeout(resolve, endMsMax)
    const ended = () => {
      clearTimeout(inTime)
      resolve()
    }
    output.out.once('close', ended).once('error', ended)
    output.out.end()
  })

export const silentLogger: Logger = pino({ level: 'silent' })
