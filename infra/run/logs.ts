import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { styleText } from 'node:util'
import { prettyFactory } from 'pino-pretty'
import { limits } from './limits.ts'
import { type ServiceName, serviceNames, services } from './services.ts'

export interface Logs {
  /** Prints what a process says, line by line, under the service's name. */
  attach(name: ServiceName, streams: readonly (Readable | null)[]): void
  /** A line of the runner's own about a service. */
  say(name: ServiceName, message: string): void
}

const nameWidth = Math.max(...serviceNames.map((name) => name.length))

const prefixOf = (name: ServiceName, colours: boolean): string => {
  const padded = name.padEnd(nameWidth)
  return colours ? styleText(services[name].colour, padded, { validateStream: false }) : padded
}

const isEntry = (value: unknown): value is { level: number } =>
  typeof value === 'object' && value !== null && 'level' in value && typeof value.level === 'number'

/** For people: a pino entry on one aligned line. What is not an entry stays as it is. */
const readable = (colours: boolean) => {
  const pretty = prettyFactory({
    colorize: colours,
    ignore: 'pid,hostname,service',
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
  })
  return (line: string): string => {
    try {
      const entry: unknown = JSON.parse(line)
      if (isEntry(entry)) return pretty(entry).trimEnd()
    } catch {
      // Not JSON: a stack trace, or a word from Vite.
    }
    return line
  }
}

/** `json` passes the services' own lines on, for programs; else they are made readable, coloured where `colours`. */
export const createLogs = ({
  json,
  colours,
  out,
}: {
  json: boolean
  colours: boolean
  out: Writable
}): Logs => {
  const render = json ? (line: string) => line : readable(colours)
  const print = (name: ServiceName, line: string) => {
    const bounded = line.length > limits.logLineCharsMax ? `${line.slice(0, limits.logLineCharsMax)} …` : line
    for (const part of render(bounded).split('\n'))
      out.write(json ? `${part}\n` : `${prefixOf(name, colours)}  ${part}\n`)
  }
  return {
    attach: (name, streams) => {
      for (const input of streams)
        if (input)
          createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) =>
            print(name, line),
          )
    },
    say: (name, message) =>
      print(
        name,
        json
          ? JSON.stringify({ level: 40, time: new Date().toISOString(), service: name, msg: message })
          : message,
      ),
  }
}
