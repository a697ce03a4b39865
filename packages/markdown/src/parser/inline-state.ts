import type { MarkdownIt } from 'markdown-it'
import { limits } from '../limits.ts'

const space = /\s/
const sign = /[\p{P}\p{S}]/u

/** Marks beside marks of another kind open and close as if these were not there. */
const marks = new Set('*_~')

type Side = 'space' | 'sign' | 'word'

const sideOf = (char: string): Side => {
  if (char === '' || space.test(char)) return 'space'
  return sign.test(char) ? 'sign' : 'word'
}

/**
 * How a line is read. Marks may open beside what a word begins with and close beside what it ends with. Half of a surrogate pair is no
 * sign, so an emoji beside a word can be emphasised, which CommonMark 0.31 does not provide for.
 */
export const inlineState = (md: MarkdownIt): void => {
  md.inline.State = class extends md.inline.State {
    // The parser's bound is for blocks. Each level of brackets reads what follows once more.
    override level = limits.levelsMax - limits.bracketLevelsMax

    override scanDelims(start: number, canSplitWord: boolean) {
      const marker = this.src.charCodeAt(start)
      let end = start
      while (end < this.posMax && this.src.charCodeAt(end) === marker) end += 1
      const [previous, next] = [this.src.charAt(start - 1), this.src.charAt(end)]
      const [before, after] = [sideOf(previous), sideOf(next)]
      const opens = after === 'word' || (after === 'sign' && before !== 'word') || marks.has(next)
      const closes = before === 'word' || (before === 'sign' && after !== 'word') || marks.has(previous)
      return {
        can_open: opens && (canSplitWord || !closes || before !== 'word'),
        can_close: closes && (canSplitWord || !opens || after !== 'word'),
        length: end - start,
      }
    }
  }
}
