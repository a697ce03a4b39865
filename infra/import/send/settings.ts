import { isDeepStrictEqual } from 'node:util'
import { type BlogSettings, blogSettings } from '@logbook/contracts/events/settings.ts'
import { settingsHistoryEntry } from '@logbook/contracts/http/settings.ts'
import { type FoundSettings, type SettingName, settingInWords } from '@logbook/importer/settings.ts'
import { z } from 'zod'
import { type Ask, ServiceFailed } from '../../http/ask.ts'

/** Where the settings of the running blog are read, changed, and told how they came to be. */
export interface SettingsUrls {
  read: string
  write: string
  history: string
}

/** What became of the settings that a blog brought, each in words. */
export interface SettingsOutcome {
  where: string
  set: string[]
  /** They are others here, since somebody set them. */
  kept: string[]
}

const attemptsMax = 5
const historyPage = z.array(settingsHistoryEntry)

const read = <Answer>(schema: z.ZodType<Answer>, { url, text }: { url: string; text: string }): Answer => {
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new ServiceFailed(`${url} answered something else than the settings of a blog`, { cause })
  }
}

const inWords = (name: SettingName, value: unknown): string =>
  `${settingInWords(name)}: ${typeof value === 'string' ? value : JSON.stringify(value)}`

/** The names of all settings that were ever changed here, by a person or an import. */
const everChanged = async (ask: Ask, history: string): Promise<ReadonlySet<string>> => {
  const names = new Set<string>()
  for (let url: string | undefined = history; url !== undefined; ) {
    const { text, link }: { text: string; link: string | undefined } = await ask({ method: 'GET', url })
    for (const { changed } of read(historyPage, { url, text })) for (const name of changed) names.add(name)
    url = link === undefined ? undefined : new URL(link, url).href
  }
  return names
}

const namesIn = (values: Partial<BlogSettings>) => Object.keys(values) as SettingName[]

/**
 * Sets the imported settings that were never set here, in one change; a setting of a person or an earlier import stays.
 * Another's change in between is looked at first. Throws ServiceFailed.
 */
export const sendSettings = async (
  { where, values }: FoundSettings,
  { ask, urls }: { ask: Ask; urls: SettingsUrls },
): Promise<SettingsOutcome> => {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const { text, etag } = await ask({ method: 'GET', url: urls.read })
    const now = read(blogSettings, { url: urls.read, text })
    const settled = await everChanged(ask, urls.history)
    const others = namesIn(values).filter((name) => !isDeepStrictEqual(values[name], now[name]))
    const fresh = others.filter((name) => !settled.has(name))
    const kept = others.filter((name) => settled.has(name)).map((name) => inWords(name, values[name]))
    if (fresh.length === 0) return { where, set: [], kept }
    const json = JSON.stringify({ ...now, ...Object.fromEntries(fresh.map((name) => [name, values[name]])) })
    const { status } = await ask({ method: 'PUT', url: urls.write, json, ifMatch: etag, mayBe: [412] })
    if (status !== 412) return { where, set: fresh.map((name) => inWords(name, values[name])), kept }
  }
  throw new ServiceFailed(`${urls.write}: the settings are changed there all the time`)
}

/** What would be set, where nothing is asked. */
export const wouldSend = ({ where, values }: FoundSettings): SettingsOutcome => ({
  where,
  set: namesIn(values).map((name) => inWords(name, values[name])),
  kept: [],
})
