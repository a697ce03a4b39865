import type { OldSite } from '../addresses.ts'
import type { Remark } from '../remark.ts'
import type { LiquidTag } from './liquid-tags.ts'

export interface LiquidContext {
  /** The key of the post that `{% post_url %}` names, and of the text at a path, if there is one. */
  keyOfPost(name: string): string | undefined
  keyOfFile(path: string): string | undefined
  /** The slug of a text that comes along, by its key. */
  slugOf(key: string): string | undefined
  /** What `site.url` and `site.baseurl` say. */
  site: OldSite
  /** The text is HTML, in which nothing is Markdown's code. */
  isHtml?: boolean
}

const standIn = 'logbook-text:'

/** Stands for a text's address until all addresses of the old site are rewritten, so that it is not taken for one of them. */
export const addressOf = (key: string): string =>
  standIn +
  encodeURIComponent(key).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/** The text with the addresses that `{% post_url %}` and `{% link %}` stand for, without what themes put before them. */
export const withAddresses = (text: string, { slugOf }: Pick<LiquidContext, 'slugOf'>): string =>
  text.includes(standIn)
    ? text.replace(
        /[^\s()<>"'[\]]{0,300}?logbook-text:([\w.~%-]+)/g,
        (_whole, key: string) => `/posts/${slugOf(decodeURIComponent(key)) ?? ''}`,
      )
    : text

/** What Jekyll's filters for addresses make of a literal. */
const filtered = (literal: string, filters: string, { origin, base }: OldSite): string => {
  const path = (before: string) => (/^(?:https?:)?\/\//.test(literal) ? literal : `${before}/${literal}`)
  let text = literal
  for (const [, filter] of filters.matchAll(/\|\s*(\w+(?::\s*[\w.]+)?)/g)) {
    if (filter === 'absolute_url') text = path(`${origin}${base}`)
    else if (filter === 'relative_url') text = path(base)
    else if (/baseurl$/.test(filter ?? '')) text = `${base}${text}`
    else if (/url$/.test(filter ?? '')) text = `${origin}${text}`
  }
  return text.replace(/(?<!:)\/{2,}/g, '/')
}

/** What `{{ … }}` says, where that follows from the configuration and the text alone. */
export const output = ({ args }: LiquidTag, { site }: LiquidContext, remark: Remark): string => {
  if (args === 'site.url' || args === 'site.github.url') return site.origin
  if (args === 'site.baseurl') return site.base
  const literal =
    /^(?:"([^"]*)"|'([^']*)')\s*((?:\|\s*(?:relative_url|absolute_url|prepend:\s*site\.\w+)\s*)*)$/.exec(args)
  if (literal) return filtered(literal[1] ?? literal[2] ?? '', literal[3] ?? '', site)
  remark('had {{ … }}, which only Jekyll can fill in; it was left out')
  return ''
}
