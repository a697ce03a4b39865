/**
 * The one reading of an address and of a form: what a path, a query and a field mean. The gateway, each service and the
 * client read with these functions, so that no spelling means one thing to one of them and another to the next.
 */

export type AddressReading =
  /** `segments` are those of the path, decoded; none for `/`. `fields` are those of the query. */
  | {
      kind: 'canonical'
      path: string
      segments: readonly string[]
      fields: ReadonlyMap<string, string>
    }
  /** Another spelling of `to`, which is path and query. */
  | { kind: 'moved'; to: string }
  /** It has no meaning that all would agree on. `detail` says why. */
  | { kind: 'refused'; detail: string }
  /** A field of the query stands there twice. */
  | { kind: 'repeated'; field: string }

export type FieldsReading =
  | { kind: 'read'; fields: ReadonlyMap<string, string> }
  | { kind: 'repeated'; field: string }

/** Reads the text of a query, or of a form sent as `application/x-www-form-urlencoded`. */
export const readFields = (text: string): FieldsReading => {
  const fields = new Map<string, string>()
  if (text === '') return { kind: 'read', fields }
  for (const [name, value] of new URLSearchParams(text)) {
    if (fields.has(name)) return { kind: 'repeated', field: name }
    fields.set(name, value)
  }
  return { kind: 'read', fields }
}

/** Reads the bytes of a form sent as `application/x-www-form-urlencoded`, which are UTF-8, a byte order mark before them or not. */
export const readFormBytes = (bytes: Uint8Array): FieldsReading => readFields(new TextDecoder().decode(bytes))

const unreserved = /[A-Za-z\d\-._~]/
// Segments that are canonical and mean what they say, which most addresses consist of.
const plainPath = /^(?:\/[A-Za-z\d\-_~!$&'()*+,;=:@]+)+$/
// What RFC 3986 lets stand in a segment as it is.
const plainSegment = /^[A-Za-z\d\-._~!$&'()*+,;=:@]*$/

const encoded = (char: string): string =>
  char > '~'
    ? encodeURIComponent(char.toWellFormed())
    : `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`

/** RFC 3986, 6.2.2: upper-case escapes, none for what needs none. What may not stand in an address as it is is escaped. */
const normalSegment = (segment: string): string =>
  plainSegment.test(segment)
    ? segment
    : segment
        .replaceAll(/[^A-Za-z\d\-._~!$&'()*+,;=:@%]/gu, encoded)
        .replaceAll(/%([\da-f]{2})/gi, (sequence, hex: string) => {
          const char = String.fromCharCode(Number.parseInt(hex, 16))
          return unreserved.test(char) ? char : sequence.toUpperCase()
        })

const decoded = (segment: string): string | undefined => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

/** `slashesInNames`: for a service that nothing stands in front of, whose names may hold slashes, percent-encoded. */
export interface AddressOptions {
  slashesInNames?: boolean
}

const isAmbiguous = (text: string, { slashesInNames = false }: AddressOptions): boolean =>
  text === '.' || text === '..' || (slashesInNames ? /\p{Cc}/u : /[/\\\p{Cc}]/u).test(text)

/** React Router knows the data of a page by three names, of which this is the one that it asks for. */
const oneDataName = (parts: string[]): string[] => {
  let named = parts
  while (named.at(-1) === '.data' || (named.length > 1 && named.at(-1) === '_.data')) {
    const page = named.at(-2)
    named = page === undefined ? ['_.data'] : [...named.slice(0, -2), `${page}.data`]
  }
  return named
}

type PathReading = { path: string; segments: string[] } | { detail: string }

const readPath = (path: string, options: AddressOptions): PathReading => {
  if (!path.startsWith('/')) return { detail: 'The address must begin with a slash.' }
  if (path === '/') return { path, segments: [] }
  if (plainPath.test(path)) return { path, segments: path.slice(1).split('/') }
  const parts = path.split('/').filter((part) => part !== '')
  const normal = oneDataName(parts.map(normalSegment))
  const segments: string[] = []
  for (const part of normal) {
    const text = decoded(part)
    if (text === undefined) return { detail: 'The address is not well encoded.' }
    if (isAmbiguous(text, options)) return { detail: 'The address could be read in more than one way.' }
    segments.push(text)
  }
  return { path: `/${normal.join('/')}`, segments }
}

/** Reads a request's target as Node has it: a path, and a query behind the first question mark. */
export const readAddress = (target: string, options: AddressOptions = {}): AddressReading => {
  if (target.includes('#'))
    return { kind: 'refused', detail: 'An address that is asked for has no fragment.' }
  const queryAt = target.indexOf('?')
  const [path, query] = queryAt === -1 ? [target, ''] : [target.slice(0, queryAt), target.slice(queryAt)]
  const read = readPath(path, options)
  if ('detail' in read) return { kind: 'refused', detail: read.detail }
  const normalQuery = query.replaceAll(/[^\u0021-\u007e]/gu, encoded)
  if (read.path !== path || normalQuery !== query) return { kind: 'moved', to: read.path + normalQuery }
  const fields = readFields(query)
  return fields.kind === 'repeated' ? fields : { kind: 'canonical', ...read, fields: fields.fields }
}

/** The page that a canonical path of the client is about: React Router asks for the data of a page at `<page>.data`, and at `/_.data`. */
export const pageOf = (path: string): string =>
  path === '/_.data' ? '/' : path.replace(/\.data$/, '') || '/'

/** A page of this blog to go on to, as path and query: `/` for any text that could lead elsewhere. */
export const ownPage = (text: string | null): string => {
  const base = 'http://blog.invalid'
  if (!text?.startsWith('/') || !URL.canParse(text, base)) return '/'
  const { origin, pathname, search } = new URL(text, base)
  if (origin !== base) return '/'
  const read = readAddress(pathname + search)
  if (read.kind === 'canonical') return pathname + search
  return read.kind === 'moved' ? read.to : '/'
}

/** The number in `/?p=10` and `/?page_id=10`, by which WordPress knows a post or page under whatever address. */
export const postNumberIn = (query: string): string | undefined =>
  /[?&](?:p|page_id)=(\d{1,18})(?=[&#]|$)/.exec(query)?.[1]

/**
 * The path of an address at which a post stood elsewhere, in the one spelling to compare by: decoded, in lower case, without
 * the endings that servers take for the same page (`/`, `/index.html`, `.html`), and with a post's number as the only query.
 */
export const formerPath = (path: string): string => {
  const plain = (decoded(path) ?? path)
    .normalize('NFC')
    .toLowerCase()
    .replace(/[?#].*$/s, '')
    .replace(/\/(?:index\.html?)?$/, '')
    .replace(/\.html?$/, '')
  const number = postNumberIn(path)
  if (number !== undefined) return `${plain}/?p=${number}`
  return plain === '' ? '/' : plain
}
