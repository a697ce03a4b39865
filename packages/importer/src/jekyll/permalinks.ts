import { nameOf } from './names.ts'
import { type YamlMap, yamlText, yamlTexts } from './yaml.ts'

const styles: Readonly<Record<string, string>> = {
  date: '/:categories/:year/:month/:day/:title:output_ext',
  pretty: '/:categories/:year/:month/:day/:title/',
  ordinal: '/:categories/:year/:y_day/:title:output_ext',
  weekdate: '/:categories/:year/W:week/:short_day/:title:output_ext',
  none: '/:categories/:title:output_ext',
}

const months = 'January February March April May June July August September October November December'.split(
  ' ',
)

/** A word of an address, as Jekyll makes it of a name or category. */
const slugified = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{M}\p{L}\p{Nd}]+/gu, '-')
    .replace(/^-+|-+$/g, '')

export interface Permalinked {
  path: string
  front: YamlMap
  /** Folders around `_posts`, which are categories. */
  categories: readonly string[]
}

const datePartsOf = (date: string): Record<string, string> => {
  const [, year = '', month = '', day = ''] = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})/.exec(date) ?? []
  if (year === '') return {}
  const [monthNumber, dayNumber] = [Number(month), Number(day)]
  const yearDay = Math.round(
    (Date.UTC(Number(year), monthNumber - 1, dayNumber) - Date.UTC(Number(year), 0, 0)) / 86_400_000,
  )
  return {
    year,
    short_year: year.slice(-2),
    month: month.padStart(2, '0'),
    i_month: String(monthNumber),
    short_month: months[monthNumber - 1]?.slice(0, 3) ?? '',
    long_month: months[monthNumber - 1] ?? '',
    day: day.padStart(2, '0'),
    i_day: String(dayNumber),
    y_day: String(yearDay).padStart(3, '0'),
  }
}

/** Longer names first, so that `:title` is not read as the beginning of another. */
const placeholder =
  /:(slugified_categories|short_categories|categories|output_ext|short_month|long_month|short_year|collection|basename|i_month|i_day|y_day|title|month|year|slug|name|path|day)/g

const written = (template: string, values: Readonly<Record<string, string>>): string =>
  template
    .replace(placeholder, (_whole, name: string) => values[name] ?? '')
    .replace(/\/{2,}/g, '/')
    .replace(/^(?!\/)/, '/')

const templateOf = (style: string): string =>
  styles[style] ?? (/[:/]/.test(style) ? style : (styles.date ?? ''))

/**
 * The path at which Jekyll shows a text, within its `baseurl`: by the text's own `permalink`, else by the site's style. A
 * placeholder that is not known here stays away.
 */
export const permalinkOf = (
  { path, front, categories }: Permalinked,
  { isPost, style, collection }: { isPost: boolean; style: string; collection?: string | undefined },
): string => {
  const { date = '', name } = nameOf(path)
  const folders = path.split('/').slice(0, -1)
  const named = [
    ...categories,
    ...yamlTexts(front, 'categories', { words: true }),
    ...yamlTexts(front, 'category', { words: false }),
  ]
  const words = [...new Set(named.map((each) => each.toLowerCase()))]
  const slug = yamlText(front, 'slug') || name
  const inside = path.replace(/\.\w+$/, '')
  const values = {
    ...datePartsOf(yamlText(front, 'date') || date),
    categories: words.map((each) => encodeURI(each)).join('/'),
    slugified_categories: words.map(slugified).join('/'),
    title: isPost ? slug : slugified(slug),
    slug: slugified(slug),
    name: slugified(name),
    basename: name,
    path: collection === undefined ? folders.join('/') : inside.replace(/^[^/]+\//, ''),
    collection: collection ?? '',
    output_ext: '.html',
  }
  const own = yamlText(front, 'permalink').trim()
  if (own !== '') return written(templateOf(own), values)
  if (isPost) return written(templateOf(style), values)
  if (collection !== undefined) return written('/:collection/:path:output_ext', values)
  const page = inside.replace(/(^|\/)index$/, '$1').replace(/^_pages\//, '')
  return page === '' || page.endsWith('/') ? `/${page}` : `/${page}.html`
}
