import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { z } from 'zod'
import { settings as backupSettings } from '../backup/places.ts'
import { settingsOf } from '../run/handed-on.ts'
import { defaultPorts, environmentOf, root, type ServiceName, serviceNames } from '../run/services.ts'
import { settings as runnerSettings } from '../run/settings.ts'

/** One variable as one program reads it. */
export interface Setting {
  variable: string
  /** A service, `npm start`, or `backup, restore`. */
  readBy: string
  /** As it would be typed; empty where there is none. */
  fallback: string
  meaning: string
  /** Where `npm start` takes it from. */
  fromRunner: string
}

type Shape = Readonly<Record<string, z.ZodType>>

const typed = (value: unknown): string =>
  Array.isArray(value) ? value.join(',') : value === undefined ? '' : String(value)

const read = (shape: Shape): Pick<Setting, 'variable' | 'fallback' | 'meaning'>[] =>
  Object.entries(shape).map(([variable, setting]) => ({
    variable,
    fallback: typed(setting.safeParse(undefined).data),
    meaning: setting.description ?? '',
  }))

const settingsFileOf = (name: ServiceName): string =>
  [`${name}/src/config.ts`, `${name}/server/config.ts`]
    .map((path) => join(root, path))
    .find((path) => existsSync(path)) ?? ''

const place = { host: '127.0.0.1', ports: defaultPorts, dataFolder: '/data', newAccounts: true, newLog: true }

const fromRunner = (name: ServiceName, variable: string): string => {
  if (settingsOf[name].includes(variable)) return 'passed on'
  return variable in environmentOf(name, place) ? 'set' : ''
}

/** Every setting that a program of Logbook reads from its environment. */
export const allSettings = async (): Promise<Setting[]> => {
  const ofServices = await Promise.all(
    serviceNames.map(async (name) => {
      const { settings } = (await import(pathToFileURL(settingsFileOf(name)).href)) as { settings: Shape }
      return read(settings).map((each) => ({
        ...each,
        readBy: name,
        fromRunner: fromRunner(name, each.variable),
      }))
    }),
  )
  const own = (shape: Shape, readBy: string) =>
    read(shape).map((each) => ({ ...each, readBy, fromRunner: '' }))
  return [
    ...own(runnerSettings, '`npm start`'),
    ...ofServices.flat(),
    ...own(backupSettings, 'backup, restore').filter(({ variable }) => !(variable in runnerSettings)),
  ]
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)]
const code = (text: string): string => (text === '' ? '' : `\`${text}\``)

/** One value where all have the same, else each with those who have it. */
const fallbackOf = (group: readonly Setting[]): string => {
  const same = [...Map.groupBy(group, ({ fallback }) => fallback)]
  if (same.length === 1) return code(same[0]?.[0] ?? '')
  return same
    .filter(([fallback]) => fallback !== '')
    .map(([fallback, those]) => `${code(fallback)} (${those.map(({ readBy }) => readBy).join(', ')})`)
    .join(', ')
}

/** The Markdown of a table: one row for each variable and meaning, in the order of their names. */
export const settingsTable = (settings: readonly Setting[]): string => {
  const groups = Map.groupBy(settings, ({ variable, meaning }) => `${variable} ${meaning}`)
  const rows = [...groups]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, group]) => {
      const [{ variable, meaning } = { variable: '', meaning: '' }] = group
      const readBy = group.map((each) => each.readBy).join(', ')
      const isEverywhere = group.length === serviceNames.length
      return [
        code(variable),
        isEverywhere ? 'every service' : readBy,
        fallbackOf(group),
        unique(group.map((each) => each.fromRunner)).join(', '),
        meaning,
      ]
    })
  const head = ['variable', 'read by', 'default', 'with `npm start`', 'meaning']
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
