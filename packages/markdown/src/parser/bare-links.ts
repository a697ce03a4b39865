import type { MarkdownIt, StateInline } from 'markdown-it'

/** A bare link in a text: from where to where, and where it leads. */
export interface BareLink {
  start: number
  end: number
  url: string
}

const begin = /(?<![a-z])https?:\/\/|(?<![^\s\p{P}\p{S}])www\./giu
const isPossible = /:\/\/|www\.|@/i
const host = /(?:[-._]|[^\s\p{P}\p{S}])+/uy
/** Where an address ends at the latest: a bracket that ends a link's text does, too. */
const addressEnd = /[\s<]|\](?=[([])|$/gu
const trailing = new Set('!"\'*,.:;?_~]')

const countOf = (text: string, char: string): number => text.split(char).length - 1

/** How much of an address belongs to it: signs at its end belong to the sentence, as does a `)` that none in it opens. */
const lengthOf = (address: string): number => {
  let excess = countOf(address, ')') - countOf(address, '(')
  let end = address.length
  while (end > 0) {
    const char = address.charAt(end - 1)
    if (char === ';') {
      let entity = end - 2
      while (/[a-z0-9]/i.test(address.charAt(entity))) entity -= 1
      end = address.charAt(entity) === '&' && entity < end - 2 ? entity : end - 1
    } else if (char === ')') {
      if (excess <= 0) break
      excess -= 1
      end -= 1
    } else if (trailing.has(char)) end -= 1
    else break
  }
  return end
}

/** The last two parts of a host have no `_`, as no domain has. */
const isHost = (name: string): boolean =>
  /^[^.]*[^._-]/.test(name) &&
  !name
    .replace(/[._]+$/, '')
    .split('.')
    .slice(-2)
    .some((part) => part.includes('_'))

const addressesIn = (src: string): BareLink[] => {
  const found: BareLink[] = []
  begin.lastIndex = 0
  for (let match = begin.exec(src); match; match = begin.exec(src)) {
    const [prefix] = match
    const isWww = prefix.endsWith('.')
    host.lastIndex = begin.lastIndex
    const [name = ''] = host.exec(src) ?? []
    const nameEnd = begin.lastIndex + name.length
    if (!isHost(name)) {
      // What begins within it ends as it does.
      begin.lastIndex = nameEnd
      continue
    }
    addressEnd.lastIndex = nameEnd
    const latest = addressEnd.exec(src)?.index ?? src.length
    const end = match.index + lengthOf(src.slice(match.index, latest))
    const address = src.slice(match.index, end)
    found.push({ start: match.index, end, url: isWww ? `http://${address}` : address })
    begin.lastIndex = end
  }
  return found
}

const mailName = /[\w.+-]/
const mailHost = /[\w-]+(?:\.[\w-]+)+/y

const mailsIn = (src: string): BareLink[] => {
  const found: BareLink[] = []
  let from = 0
  for (let at = src.indexOf('@'); at !== -1; at = src.indexOf('@', at + 1)) {
    let start = at
    while (start > from && mailName.test(src.charAt(start - 1))) start -= 1
    mailHost.lastIndex = at + 1
    const [name] = start < at && src.charAt(start - 1) !== '/' ? (mailHost.exec(src) ?? []) : []
    from = at + 1
    if (name === undefined || /[\d_-]$/.test(name)) continue
    const end = at + 1 + name.length
    found.push({ start, end, url: `mailto:${src.slice(start, end)}` })
    from = end
  }
  return found
}

/** The bare links of a text in order, none within another. Takes time in proportion to its length. */
export const bareLinksIn = (src: string): BareLink[] => {
  if (!isPossible.test(src)) return []
  let end = 0
  return [...addressesIn(src), ...mailsIn(src)]
    .sort((a, b) => a.start - b.start)
    .filter((link) => {
      if (link.start < end) return false
      end = link.end
      return true
    })
}

const special = /[\n!&*<[\\\]_`~]/g

const push = (state: StateInline, { url, start, end }: BareLink): void => {
  state.push('link_open', 'a', 1).attrs = [['href', url]]
  state.push('text', '', 0).content = state.src.slice(start, end)
  state.push('link_close', 'a', -1)
}

interface Ahead {
  links: readonly BareLink[]
  /** The first of them that does not lie behind. */
  next: number
}

/** Text up to the next sign that may mean something, with the addresses in it as links. */
export const bareLinks = (md: MarkdownIt): void => {
  const known = new WeakMap<StateInline, Ahead>()
  const nextOf = (state: StateInline): BareLink | undefined => {
    let ahead = known.get(state)
    if (ahead === undefined) {
      ahead = { links: bareLinksIn(state.src), next: 0 }
      known.set(state, ahead)
    }
    while ((ahead.links[ahead.next]?.start ?? state.pos) < state.pos) ahead.next += 1
    return ahead.links[ahead.next]
  }
  md.inline.ruler.at('text', (state, silent) => {
    const { src, pos, posMax } = state
    // Text is read ahead of time, silently, only to find the end of a link's text: no link stands in another.
    const link = silent || state.linkLevel > 0 ? undefined : nextOf(state)
    if (link?.start === pos && link.end <= posMax) {
      push(state, link)
      state.pos = link.end
      return true
    }
    special.lastIndex = pos
    const found = special.exec(src)?.index ?? posMax
    const end = Math.min(found, posMax, link && link.start > pos ? link.start : posMax)
    if (end === pos) return false
    if (!silent) state.pending += src.slice(pos, end)
    state.pos = end
    return true
  })
}
