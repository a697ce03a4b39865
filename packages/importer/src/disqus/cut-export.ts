import { UnreadableBlog } from '../entry.ts'
import { limits } from '../limits.ts'

/** A stretch of an export of Disqus. `line` counts from 1 and is where it begins. */
export type Cut =
  | { type: 'thread' | 'post'; text: string; line: number }
  | { type: 'broken'; reason: string; line: number }

const marks = /<!\[CDATA\[|<!--|<!(?:DOCTYPE|ENTITY)|<(?:thread|post)(?=[\s>])|<\/(?:thread|post|disqus)\s*>/g
const longestMark = '<![CDATA['.length + 8
const ends: Readonly<Record<string, string>> = { '<![CDATA[': ']]>', '<!--': '-->' }

/**
 * Cuts an export into its threads and comments (`<post>`) without holding more than one of them. Marks inside CDATA and XML
 * comments are text. Throws UnreadableBlog for a document type or an entity, which no export declares.
 */
export class DisqusCutter {
  #held = ''
  /** Where in `#held` the search goes on. */
  #from = 0
  #line = 1
  #within: { name: 'thread' | 'post'; line: number } | undefined
  #until: string | undefined
  #tooLong = false
  #closed = false

  push(text: string): Cut[] {
    this.#held += text
    const cuts: Cut[] = []
    while (this.#step(cuts)) {}
    if (this.#within === undefined) this.#drop(this.#from)
    else if (this.#held.length > limits.itemCharsMax) {
      this.#tooLong = true
      this.#drop(this.#from)
    }
    return cuts
  }

  /** What is wrong where the file ends. */
  end(): Cut[] {
    const line = this.#within?.line ?? this.#line
    if (this.#within !== undefined)
      return [
        {
          type: 'broken',
          line,
          reason: `the file ends before this ${this.#within.name} does: it is cut short`,
        },
      ]
    return this.#closed
      ? []
      : [{ type: 'broken', line, reason: 'the file ends without </disqus>: it is cut short' }]
  }

  #step(cuts: Cut[]): boolean {
    if (this.#until !== undefined) {
      const end = this.#held.indexOf(this.#until, this.#from)
      this.#from = end < 0 ? Math.max(this.#from, this.#held.length - 2) : end + this.#until.length
      if (end >= 0) this.#until = undefined
      return end >= 0
    }
    marks.lastIndex = this.#from
    const mark = marks.exec(this.#held)
    if (mark === null) {
      this.#from = Math.max(this.#from, this.#held.length - longestMark)
      return false
    }
    this.#from = mark.index + mark[0].length
    this.#meet(mark[0], mark.index, cuts)
    return true
  }

  #meet(mark: string, at: number, cuts: Cut[]): void {
    const name = /\w+/.exec(mark)?.[0]
    const within = this.#within
    if (mark.startsWith('<!') && ends[mark] === undefined)
      throw new UnreadableBlog('it declares a document type or an entity, which no export does')
    if (ends[mark] !== undefined) this.#until = ends[mark]
    else if (name === 'disqus') this.#closed = true
    else if (mark.startsWith('</')) {
      if (within?.name === name) this.#close(this.#from, cuts)
    } else if (within === undefined || name === 'post' || within.name === 'thread') {
      // A comment names its thread by an element of that name.
      if (within !== undefined) this.#close(at, cuts, 'another begins inside it, so its own end is missing')
      this.#open(name === 'post' ? 'post' : 'thread', this.#from - mark.length)
    }
  }

  #open(name: 'thread' | 'post', at: number): void {
    this.#drop(at)
    this.#within = { name, line: this.#line }
    this.#tooLong = false
  }

  #close(end: number, cuts: Cut[], fault?: string): void {
    if (this.#within === undefined) return
    const { name, line } = this.#within
    const reason = this.#tooLong ? `is longer than ${limits.itemCharsMax} characters` : fault
    cuts.push(
      reason === undefined
        ? { type: name, text: this.#held.slice(0, end), line }
        : { type: 'broken', reason, line },
    )
    this.#within = undefined
    this.#drop(end)
  }

  #drop(end: number): void {
    for (let at = this.#held.indexOf('\n'); at >= 0 && at < end; at = this.#held.indexOf('\n', at + 1))
      this.#line += 1
    this.#held = this.#held.slice(end)
    this.#from = Math.max(0, this.#from - end)
  }
}
