import { type Logger, pino } from 'pino'

export type { Logger }

/** Of an error, what it says itself. Libraries hang whole connections on theirs, with every header that was sent. */
export const errorForLog = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error
  const { name: type, message, stack, cause } = error
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  return { type, message, ...code, stack, ...(cause === undefined ? {} : { cause: errorForLog(cause) }) }
}

/** Of an address, its path: what stands behind the question mark may be the secret of a link, or what somebody looked for. */
export const pathForLog = (url: string): string => url.split('?', 1)[0] ?? ''

/** One line of JSON an entry, on standard output. Credentials never reach it. */
export const createLog = ({ service, level }: { service: string; level: string }): Logger =>
  pino({
    level,
    base: { service },
    serializers: { err: errorForLog },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: [
      'req.headers.authorization',
      'req.headers.cookie',
      '*.authorization',
      '*.cookie',
      '*.password',
      '*.token',
    ],
  })

export const silentLog: Logger = pino({ level: 'silent' })
