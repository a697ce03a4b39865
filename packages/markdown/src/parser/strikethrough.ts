import type { Delimiter, MarkdownIt, StateInline, Token } from 'markdown-it'

const tilde = 126

/** `~` and `~~` are marks of their own: each pairs only with its like. */
const markOf = (length: number): number => tilde * length

const tokenize = (state: StateInline, silent: boolean): boolean => {
  if (silent || state.src.charCodeAt(state.pos) !== tilde) return false
  const { can_open: open, can_close: close, length } = state.scanDelims(state.pos, true)
  const text = state.src.slice(state.pos, state.pos + length)
  if (length > 2) state.pending += text
  else {
    state.push('text', '', 0).content = text
    state.delimiters.push({
      ...{ marker: markOf(length), length, token: state.tokens.length - 1 },
      ...{ end: -1, open, close },
    })
  }
  state.pos += length
  return true
}

const become = (token: Token | undefined, type: string, nesting: 1 | -1): void => {
  if (token) Object.assign(token, { type, nesting, tag: 'del', content: '' })
}

const pair = (tokens: readonly Token[], delimiters: readonly Delimiter[]): void => {
  for (const { marker, end, token } of delimiters) {
    if (end === -1 || (marker !== markOf(1) && marker !== markOf(2))) continue
    become(tokens[token], 'del_open', 1)
    become(tokens[delimiters[end]?.token ?? -1], 'del_close', -1)
  }
}

/** Text between two `~` or two `~~` is deleted text; longer runs of tildes are text. */
export const strikethrough = (md: MarkdownIt): void => {
  md.inline.ruler.at('strikethrough', tokenize)
  md.inline.ruler2.at('strikethrough', ({ tokens, delimiters, tokens_meta }) => {
    pair(tokens, delimiters)
    for (const meta of tokens_meta) if (meta?.delimiters) pair(tokens, meta.delimiters)
  })
}
