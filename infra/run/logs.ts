import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { styleText } from 'node:util'
import { prettyFactory } from 'pino-pretty'
import { limits } from './limits.ts'
import { type ServiceName, serviceNames, services } from './services.ts'

/** What lines are called by that are about a process of all services. */
export const wholeName = 'logbook'
export type ProcessName = ServiceName | typeof wholeName

export interface Logs {
  /** Prints what a process says, line by line, under its name or under that of the service, among several, that says it. */
  attach(name: ProcessName, streams: readonly (Readable | null)[]): void
  /** A line of the runner's own about a service. */
  say(name: ProcessName, message: string): void
}

const nameWidth = Math.max(...serviceNames.map((name) => name.length))

const prefixOf = (name: ProcessName, colours: boolean): string => {
  const padded = name.padEnd(nameWidth)
  return colours && name !== wholeName
    ? styleText(services[name].colour, padded, { validateStream: false })
    : padded
}

const isEntry = (value: unknown): value is { level: number } =>
  typeof value === 'object' && value !== null && 'level' in value && typeof value.level === 'number'

const entryIn = (line: string): { level: number; service?: unknown } | undefined => {
  try {
    const entry: unknown = JSON.parse(line)
    return isEntry(entry) ? entry : undefined
  } catch {
    // Not JSON: a stack trace, or a word from Vite.
    return undefined
  }
}

/** Which service of a process says this. Its threads and workers call themselves by its name and one of their own, such as `query-rebuild`. */
const speakerOf = (entry: { service?: unknown } | undefined): ServiceName | undefined =>
  serviceNames.find((name) => entry?.service === name || String(entry?.service).startsWith(`${name}-`))

/** For people: a pino entry on one aligned line. What is not an entry stays as it is. */
const readable = (colours: boolean) => {
  const pretty = prettyFactory({
    colorize: colours,
    ignore: 'pid,hostname,service',
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
  })
  return (line: string, entry: object | undefined): string => (entry ? pretty(entry).trimEnd() : line)
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
  const print = (process: ProcessName, line: string) => {
    const bounded = line.length > limits.logLineCharsMax ? `${line.slice(0, limits.logLineCharsMax)} …` : line
    const entry = json ? undefined : entryIn(bounded)
    const name = process === wholeName ? (speakerOf(entry) ?? process) : process
    for (const part of render(bounded, entry).split('\n'))
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
