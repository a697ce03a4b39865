import { readTags, tokensOf } from './tags.ts'

const isWebmention = (rel: string | undefined): boolean =>
  tokensOf(rel).some((token) => token.toLowerCase() === 'webmention')

const parameter = /;\s*([!#$%&'*+.^_`|~\w-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s";,]*))?/y
const target = /[\s,]*<([^>]*)>\s*/y

/** The links of a `Link` header (RFC 8288). What is malformed ends the reading. */
const linksOfHeader = (header: string): { address: string; rel: string | undefined }[] => {
  const links: { address: string; rel: string | undefined }[] = []
  let at = 0
  const next = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(header)
    if (found) at = pattern.lastIndex
    return found
  }
  for (let found = next(target); found; found = next(target)) {
    let rel: string | undefined
    for (let given = next(parameter); given; given = next(parameter)) {
      const [, name = '', value = ''] = given
      // Of several, the first counts.
      if (name.toLowerCase() === 'rel') rel ??= value.replace(/^"(.*)"$/s, '$1').replaceAll(/\\(.)/g, '$1')
    }
    links.push({ address: found[1] ?? '', rel })
  }
  return links
}

interface Answered {
  /** The address that answered, behind all redirects. */
  url: string
  /** The `Link` headers, joined by commas. */
  link: string | undefined
  /** The page; empty for one that is no HTML. */
  html: string
}

const absolute = (address: string, base: string): string | undefined => {
  const url = URL.parse(address, base)
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') ? url.href : undefined
}

/**
 * The webmention endpoint that a page advertises, or undefined: the first of its `Link` headers, else of its `<link>` and `<a>` elements
 * in their order. An empty address is the page itself.
 */
export const endpointOf = ({ url, link, html }: Answered): string | undefined => {
  for (const { address, rel } of linksOfHeader(link ?? ''))
    if (isWebmention(rel)) return absolute(address, url)
  let base: string | undefined
  let found: string | undefined
  readTags(html, {
    open(name, attributes) {
      const href = attributes.get('href')
      if (href === undefined || found !== undefined) return
      if (name === 'base') base ??= absolute(href, url)
      else if ((name === 'link' || name === 'a') && isWebmention(attributes.get('rel'))) found = href
    },
    close() {},
    text() {},
  })
  return found === undefined ? undefined : absolute(found, base ?? url)
}
