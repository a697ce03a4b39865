import { derivedId } from '@logbook/chassis/ids.ts'
import { toSlug } from './fields.ts'

/** A text that will be imported, and the slug that it would like; without one, its title makes it. */
export interface WantedAddress {
  key: string
  title: string
  slug?: string | undefined
}

/** The slugs that texts have or will have here, by key. */
export type AddressBook = ReadonlyMap<string, string>

const decoded = (text: string): string => {
  try {
    return decodeURI(text)
  } catch {
    return text
  }
}

/** An address without scheme, `www.`, query, fragment, `index.html` and closing slash, in lower case, to compare by. */
export const plainAddress = (address: string): string =>
  decoded(address.trim())
    .toLowerCase()
    .replace(/^(?:https?:)?\/\/(www\.)?/, '')
    .replace(/[?#].*$/s, '')
    .replace(/\/index\.html?$/, '')
    .replace(/\/+$/, '')

/** Where the blog stood: `https://old.example` and `/blog`, or nothing where its files do not say. */
export interface OldSite {
  origin: string
  base: string
}

/** The site of a blog's address; without a web address, its path alone. */
export const oldSiteOf = (address: string): OldSite => {
  const trimmed = address.trim().replace(/\/+$/, '')
  const url = /^https?:\/\//i.test(trimmed) && URL.canParse(trimmed) ? new URL(trimmed) : undefined
  if (url !== undefined) return { origin: url.origin, base: url.pathname.replace(/\/+$/, '') }
  return { origin: '', base: /^\/[^/]/.test(trimmed) ? trimmed : '' }
}

/** Which text stood at which old address; of two at one address, the first that was added. */
export class OldAddresses {
  readonly #site: OldSite
  readonly #keys = new Map<string, string>()
  readonly #hosts = new Set<string>()

  constructor(site: OldSite) {
    this.#site = site
  }

  /** `address` is a web address, or a path within the site that begins with a slash. */
  add(address: string, key: string): void {
    const plain = plainAddress(address.startsWith('/') ? `${this.#site.origin}${address}` : address)
    if (plain === '' || this.#keys.has(plain)) return
    this.#keys.set(plain, key)
    const host = /^[^/:\s]+/.exec(plain)?.[0]
    if (host !== undefined) this.#hosts.add(host)
  }

  /** Hosts of whole addresses that were added, in lower case, without `www.`. */
  get hosts(): ReadonlySet<string> {
    return this.#hosts
  }

  /** The text at a web address, or at a path where the site is not known. Endings that programs add are looked through. */
  find(address: string): string | undefined {
    const plain = plainAddress(address)
    const query = /\?([^#]*)/.exec(address)?.[1] ?? ''
    const number = /(?:^|&)(?:p|page_id)=(\d+)(?:&|$)/.exec(query)?.[1]
    if (number !== undefined) return this.#keys.get(numberAddress(plain, number))
    const shorter = plain.replace(/\/comment-page-\d+$|\/(?:amp|feed)$/, '')
    return (
      this.#keys.get(plain) ??
      this.#keys.get(shorter) ??
      this.#keys.get(plain.replace(/\.html?$/, '')) ??
      this.#keys.get(`${plain}.html`)
    )
  }
}

/** The addresses that texts will have in an empty blog: of two that would like one, the first has it. */
export const predictedBook = (wanted: readonly WantedAddress[]): AddressBook => {
  const book = new Map<string, string>()
  const taken = new Set<string>()
  for (const { key, title, slug = toSlug(title) ?? 'post' } of wanted) {
    let free = slug
    for (let ordinal = 2; taken.has(free); ordinal += 1) free = `${slug}-${ordinal}`
    taken.add(free)
    book.set(key, free)
  }
  return book
}

/** How a text is known by WordPress' own number: `https://old.example/?p=10`. */
export const numberAddress = (home: string, number: string): string => `${plainAddress(home)} ${number}`

export interface RewriterOptions {
  site: OldSite
  old: OldAddresses
  book: AddressBook
  /** The key of the comment that a fragment names, in the format's own way. */
  commentKey?: (fragment: string) => string | undefined
}

const otherScheme = /^[a-z][a-z0-9+.-]*:(?!\/\/)|^(?!https?:)[a-z][a-z0-9+.-]*:\/\//i

/**
 * Where an address in a text should lead, given where it led: to a text that comes along by its address here, a comment
 * by its anchor; everything else of the old site by its whole address. `from` is the address of the text that holds it.
 */
export const createRewriter =
  ({ site, old, book, commentKey }: RewriterOptions) =>
  (address: string, from = ''): string => {
    const written = address.trim()
    if (written === '' || written.startsWith('#') || otherScheme.test(written)) return address
    const base = from === '' ? `${site.origin || 'http://old.invalid'}${site.base}/` : from
    if (!URL.canParse(written, base)) return address
    const resolved = new URL(written, base)
    const isWhole = /^(?:https?:)?\/\//i.test(written)
    const whole =
      site.origin === '' && !isWhole ? resolved.href.replace(/^https?:\/\/[^/]+/, '') : resolved.href
    const key = old.find(whole)
    const slug = key === undefined ? undefined : book.get(key)
    if (slug !== undefined) {
      const comment = commentKey?.(resolved.hash.slice(1))
      return `/posts/${slug}${comment === undefined ? resolved.hash : `#comment-${derivedId('import', comment)}`}`
    }
    return isWhole || site.origin === '' ? address : resolved.href
  }
export type Rewrite = ReturnType<typeof createRewriter>
