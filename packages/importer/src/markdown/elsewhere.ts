/** Where an address begins in the source of a Markdown text, its HTML included; more places than one parser sees, and none fewer. */
const beginnings =
  /\]\(\s*<?|\]:\s*<?|\b(?:href|src|data|poster)\s*=\s*["']?|(srcset)\s*=|(?=https?:|www\.)/gi

/** A whole address with a plain host; escapes, entities and user names are for a parser to read. */
const wholeAddress =
  /(?:https?:\/\/)?((?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)+[a-z\d-]*[a-z\d])(?![\w.%&\\@-]|[^\0-\x7f])/iy
/** What stays as it is wherever it stands. */
const unchanged = /#|(?!https?:)[a-z][a-z\d+.-]*:/iy

/**
 * True only where each address of a Markdown text leads to another host than these, or to a place in the text itself, so that
 * nothing in it has to change. Reads the text once, without parsing it. Hosts are in lower case, without `www.`.
 */
export const leadsElsewhere = (markdown: string, ownHosts: ReadonlySet<string>): boolean => {
  for (const { index, 0: opening, 1: list } of markdown.matchAll(beginnings)) {
    if (list !== undefined) return false
    const at = index + opening.length
    unchanged.lastIndex = at
    if (unchanged.test(markdown)) continue
    wholeAddress.lastIndex = at
    const host = wholeAddress
      .exec(markdown)?.[1]
      ?.toLowerCase()
      .replace(/^www\./, '')
    // One without a scheme is a link where it stands in running text, and a path in the brackets of a link.
    const isWhole = opening === '' || /^https?:\/\//i.test(markdown.slice(at, at + 8))
    if (host === undefined || !isWhole || ownHosts.has(host)) return false
  }
  return true
}
