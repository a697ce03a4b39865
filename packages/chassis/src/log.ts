import { type Logger, pino } from 'pino'

export type { Logger }

/** One line of JSON an entry, on standard output. Credentials never reach it. */
export const createLog = ({ service, level }: { service: string; level: string }): Logger =>
  pino({
    level,
    base: { service },
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
