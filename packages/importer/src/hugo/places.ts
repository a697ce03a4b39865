import { parseAnyDate } from '../dates.ts'
import type { YamlMap } from '../jekyll/yaml.ts'
import { yamlText, yamlTexts } from '../jekyll/yaml.ts'
import type { HugoSite } from './config.ts'
import { isIndex } from './files.ts'

/** A text by its place below `content/`. */
export interface Placed {
  path: string
  /** Folders around it; the first is its section. A bundle's own folder is none of them. */
  folders: readonly string[]
  /** What its file or bundle is called. */
  name: string
}

export const placeOf = (path: string): Placed => {
  const parts = path.replace(/^content\//, '').split('/')
  const file = parts.pop() ?? ''
  const name = file.replace(/\.\w+$/, '').replace(/\.[a-z]{2,3}(?:-[a-z]{2,4})?$/i, '')
  const bundle = isIndex(path) ? parts.pop() : undefined
  return { path, folders: parts, name: bundle ?? name }
}

const datePattern = /^(\d{4}-\d{2}-\d{2})[-_]/

/** When a text was published: by its front matter, else by the name of its file. Undefined for none, or one that is no date. */
export const dateOf = (
  front: YamlMap,
  { name }: Pick<Placed, 'name'>,
): { written: string; date: Date | undefined } => {
  const written = ['date', 'publishdate', 'pubdate', 'published']
    .map((key) => yamlText(front, key).trim())
    .find(Boolean)
  const own = written ?? datePattern.exec(name)?.[1] ?? ''
  return { written: own, date: parseAnyDate(own) }
}

const urlized = (text: string, { keepsCase }: HugoSite): string => {
  const words = text
    .normalize('NFC')
    .trim()
    .replace(/\s+/g, '-')
    .replace(/[^\p{L}\p{M}\p{N}._~+/#-]+/gu, '')
  return keepsCase ? words : words.toLowerCase()
}

const monthNames =
  'January February March April May June July August September October November December'.split(' ')

/** The path of a text by the pattern of its section: `/:year/:month/:slug/`. */
const byPattern = (pattern: string, { folders, name }: Placed, { front, title }: Written): string => {
  const { date = new Date(0) } = dateOf(front, { name })
  const day = String(date.getUTCDate()).padStart(2, '0')
  const slug = yamlText(front, 'slug').trim()
  const yearDay = Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 0)) / 86_400_000)
  const values: Readonly<Record<string, string>> = {
    year: String(date.getUTCFullYear()),
    month: String(date.getUTCMonth() + 1).padStart(2, '0'),
    monthname: monthNames[date.getUTCMonth()] ?? '',
    ...{ day, yearday: String(yearDay), weekday: String(date.getUTCDay()) },
    ...{ section: folders[0] ?? '', sections: folders.join('/'), title, slug: slug || title },
    ...{
      slugorfilename: slug || name,
      slugorcontentbasename: slug || name,
      filename: name,
      contentbasename: name,
    },
  }
  return pattern.replace(/:(\w+)(?:\[[^\]]*\])?/g, (_whole, key: string) => values[key.toLowerCase()] ?? '')
}

interface Written {
  front: YamlMap
  title: string
  site: HugoSite
}

/** All paths at which a text stood, within the base of the site, the one where Hugo shows it first. */
export const oldPathsOf = (place: Placed, written: Written): string[] => {
  const { front, site } = written
  const { folders, name } = place
  const own = yamlText(front, 'url').trim()
  const pattern = site.permalinks.get(folders[0] ?? '')
  const slug = yamlText(front, 'slug').trim() || name
  const usual = pattern === undefined ? [...folders, slug].join('/') : byPattern(pattern, place, written)
  const path = own === '' ? urlized(usual, site) : own
  const rooted = `/${path.replace(/^\/+/, '')}`.replace(/\/{2,}/g, '/')
  const shown = /\.\w{2,5}$|\/$/.test(rooted) ? rooted : `${rooted}${site.isUgly ? '.html' : '/'}`
  const parent = shown.replace(/[^/]+\/?$/, '')
  const aliases = yamlTexts(front, 'aliases', { words: false })
    .map((each) => each.trim())
    .map((each) =>
      each.startsWith('/')
        ? each
        : URL.canParse(each, `http://a${parent}`)
          ? new URL(each, `http://a${parent}`).pathname
          : '',
    )
  return [shown, ...aliases]
    .filter((each) => /^\/[^\s]*$/.test(each))
    .map((each) => `${site.old.base}${each}`)
}
