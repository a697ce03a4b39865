import { limits } from '../limits.ts'

/** A stretch of an export, cut at the borders of items. `line` counts from 1 and is where it begins. */
export type Part =
  /** All that stands before the first item, or after the last. */
  | { type: 'outside'; text: string; line: number }
  | { type: 'item'; text: string; line: number }
  | { type: 'broken'; reason: string; line: number }

const marks = /<!\[CDATA\[|<!--|<!DOCTYPE|<!ENTITY|<item(?=[\s>])|<\/item\s*>/g
const longestMark = '<![CDATA['.length + 8

/**
 * Cuts an export into items without holding more than one of them. Marks inside CDATA and comments are text, so an
 * article about WordPress exports stays whole; an item may thus be malformed without harm to the next one.
 */
export class ExportSplitter {
  #held = ''
  /** Where in `#held` the search goes on. */
  #from = 0
  #line = 1
  /** The line in which the present stretch began. */
  #began = 1
  #within: 'outside' | 'item' = 'outside'
  #until: ']]>' | '-->' | undefined
  #refusal: string | undefined

  push(text: string): Part[] {
    this.#held += text
    const parts: Part[] = []
    while (this.#step(parts)) {}
    this.#bound()
    return parts
  }

  /** What is left when the file has ended. */
  end(): Part[] {
    if (this.#within === 'outside') return [{ type: 'outside', text: this.#held, line: this.#began }]
    const why = this.#until === ']]>' ? 'inside CDATA text, ' : this.#until ? 'inside a comment, ' : ''
    return [
      {
        type: 'broken',
        line: this.#began,
        reason: `the file ends ${why}before this item does: it is cut short`,
      },
    ]
  }

  #step(parts: Part[]): boolean {
    if (this.#until !== undefined) {
      const end = this.#held.indexOf(this.#until, this.#from)
      if (end < 0) {
        this.#from = Math.max(this.#from, this.#held.length - 2)
        return false
      }
      this.#from = end + 3
      this.#until = undefined
      return true
    }
    marks.lastIndex = this.#from
    const mark = marks.exec(this.#held)
    if (!mark) {
      this.#from = Math.max(this.#from, this.#held.length - longestMark)
      return false
    }
    this.#from = mark.index + mark[0].length
    this.#meet(mark[0], mark.index, parts)
    return true
  }

  #meet(mark: string, at: number, parts: Part[]): void {
    if (mark === '<![CDATA[') this.#until = ']]>'
    else if (mark === '<!--') this.#until = '-->'
    else if (mark.startsWith('<!'))
      this.#refusal ??= 'declares a document type or an entity, which no export does'
    else if (mark === '<item') {
      if (this.#within === 'item') this.#refusal ??= 'an item begins inside it, so its own end is missing'
      this.#close(at, parts)
      this.#within = 'item'
      this.#from = mark.length
    } else if (this.#within === 'item') {
      this.#close(this.#from, parts)
      this.#within = 'outside'
      this.#from = 0
    }
  }

  #close(end: number, parts: Part[]): void {
    const text = this.#held.slice(0, end)
    if (this.#refusal !== undefined) parts.push({ type: 'broken', line: this.#began, reason: this.#refusal })
    else parts.push({ type: this.#within, text, line: this.#began })
    this.#refusal = undefined
    this.#drop(end)
    this.#began = this.#line
  }

  #drop(end: number): void {
    for (let at = this.#held.indexOf('\n'); at >= 0 && at < end; at = this.#held.indexOf('\n', at + 1))
      this.#line += 1
    this.#held = this.#held.slice(end)
    this.#from = Math.max(0, this.#from - end)
  }

  /** An item longer than the bound is forgotten as it comes, and refused at its end. */
  #bound(): void {
    const charsMax = this.#within === 'item' ? limits.itemCharsMax : limits.headCharsMax
    if (this.#held.length <= charsMax) return
    this.#refusal ??= `is longer than ${charsMax} characters`
    this.#drop(this.#from)
  }
}
