import type { Env, MarkdownIt, StateBlock, StateInline } from 'markdown-it'

const label = /\[\^((?:\\[[\]\\]|[^[\]\s\\]|\\(?![[\]\\])){1,999})\]/y
const colon = 58
const openingBracket = 91

/** The label at `pos` as it was typed, with the marks around it. */
const labelAt = (src: string, pos: number): { typed: string; end: number } | undefined => {
  if (src.charCodeAt(pos) !== openingBracket) return undefined
  label.lastIndex = pos
  const found = label.exec(src)
  return found ? { typed: found[1] ?? '', end: label.lastIndex } : undefined
}

const idOf = (md: MarkdownIt, typed: string): string => md.utils.normalizeReference(typed).toLowerCase()

const definedIn = (env: Env): Set<string> => {
  env.footnotes ??= new Set<string>()
  return env.footnotes as Set<string>
}

const metaOf = (md: MarkdownIt, typed: string) => ({
  identifier: idOf(md, typed),
  label: md.utils.unescapeAll(typed),
})

/** A definition holds what stands behind its mark, and the blocks after it that are indented by four. */
const definition = (state: StateBlock, line: number, endLine: number, silent: boolean): boolean => {
  const { src, md, bMarks, tShift, sCount, eMarks } = state
  const begin = (bMarks[line] ?? 0) + (tShift[line] ?? 0)
  if ((sCount[line] ?? 0) - state.blkIndent >= 4) return false
  const found = labelAt(src, begin)
  if (found === undefined || src.charCodeAt(found.end) !== colon || found.end >= (eMarks[line] ?? 0))
    return false
  if (silent) return true
  definedIn(state.env).add(idOf(md, found.typed))
  const open = state.push('footnote_open', '', 1)
  open.meta = metaOf(md, found.typed)
  const before = { mark: bMarks[line], shift: tShift[line], count: sCount[line], parent: state.parentType }
  const indent = state.blkIndent
  const text = found.end + 1
  state.blkIndent += 4
  state.parentType = 'footnote'
  bMarks[line] = text
  tShift[line] = state.skipSpaces(text) - text
  sCount[line] = state.blkIndent
  md.block.tokenize(state, line, endLine)
  state.blkIndent = indent
  state.parentType = before.parent
  Object.assign(bMarks, { [line]: before.mark })
  Object.assign(tShift, { [line]: before.shift })
  Object.assign(sCount, { [line]: before.count })
  state.push('footnote_close', '', -1)
  return true
}

/** A mark is one only where its note is defined somewhere in the text. */
const reference = (state: StateInline, silent: boolean): boolean => {
  const { src, md, env, posMax } = state
  const found = labelAt(src, state.pos)
  if (found === undefined || found.end > posMax || !definedIn(env).has(idOf(md, found.typed))) return false
  if (!silent) state.push('footnote_reference', '', 0).meta = metaOf(md, found.typed)
  state.pos = found.end
  return true
}

/** `[^a]` refers to the note that `[^a]: text` defines, as on GitHub. */
export const footnotes = (md: MarkdownIt): void => {
  const alt = ['paragraph', 'reference', 'blockquote', 'list']
  md.block.ruler.before('reference', 'footnote_definition', definition, { alt })
  md.inline.ruler.before('link', 'footnote_reference', reference)
}
