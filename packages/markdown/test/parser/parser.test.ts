import { cases } from '@logbook/chassis/testing/cases.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { treeOfMarkdown } from '../../src/parser/markdown-parser.ts'
import { byBoth } from './peer.ts'
import { written } from './written.ts'

const ends = '\n\n[d]: /defined "t"\n\n[^n]: A *note*\n\n    in two paragraphs'
const text = written.map((found) => found + ends)

describe('the parser', () => {
  it('the parser reads what people write as micromark does, with GitHub’s extensions', () => {
    fc.assert(
      fc.property(text, (markdown) => {
        const { own, peer } = byBoth(markdown)
        expect(own).toBe(peer)
      }),
      cases(100),
    )
  })

  it.each([
    ['a table begins no line that begins a list', '- a | b\n|-|-|'],
    ['a table begins no line that begins a quote', '> a | b\n|-|-|'],
    ['a sign before a pipe of a cell is kept', '|a|\n|-|\n|`b\\|c`|'],
    ['a note is continued by lines that are indented', '[^n]\n\n[^n]: a\nlazy\n\n    - b\n    - c\n\nafter'],
    ['a note ends a paragraph', 'a[^n]\n[^n]: b'],
    ['notes in quotes', '> [^n]\n>\n> [^n]: a'],
    ['the language of code is decoded', '```c\\+\\+ meta\na\n```\n\n```f&ouml;\na\n```'],
    ['marks of one length belong together', '~a~~b~ ~~c~d~~ ~~~e~~~'],
    ['bare links within emphasis', '*http://a.b/c* **www.a.b** _https://a.b/c_d_'],
    ['no bare link within a link', '[see http://a.b there](/c)'],
    ['no bare link within code or an attribute', '`http://a.b` <a href="http://a.b">c</a>'],
    ['signs at the end of an address', 'http://a.b/c). http://a.b/(c) http://a.b/c&amp; http://a.b?!'],
    ['a host has no underscore in its last parts', 'http://a_b.c http://a_b.c.d www.a_b'],
    ['line ends of all kinds', 'a\r\nb\rc\r\n\r\nd'],
    ['indented code', '    a\n\tb\n\n    c\n\nd'],
    ['a character that is none', 'a\0b'],
  ])('%s', (_, markdown) => {
    const { own, peer } = byBoth(markdown)
    expect(own).toBe(peer)
  })

  it('a text nested deeper than the parser can follow is not parsed at all', () => {
    const nested = (depth: number) =>
      Array.from({ length: depth }, (_, n) => `${'  '.repeat(n)}- a`).join('\n')
    expect(treeOfMarkdown(nested(20))).toBeDefined()
    expect(treeOfMarkdown(nested(30))).toBeUndefined()
    expect(treeOfMarkdown(`${'>'.repeat(40)} a`)).toBeDefined()
    expect(treeOfMarkdown(`${'>'.repeat(60)} a`)).toBeUndefined()
    expect(treeOfMarkdown('*a _b '.repeat(40) + 'c_ d* '.repeat(40))).toBeUndefined()
  })

  it('the parser makes no tree that is far longer than its text', () => {
    const address = `/${'a'.repeat(5_000)}`
    const references = (times: number) => `${'[b] '.repeat(times)}\n\n[b]: ${address}`
    expect(treeOfMarkdown(references(3))).toBeDefined()
    expect(treeOfMarkdown(references(1_000))).toBeUndefined()
    expect(treeOfMarkdown(references(1_000).replaceAll('[b] ', '![b] '))).toBeUndefined()
    const rows = (times: number) => `${'|a'.repeat(100)}\n${'|-'.repeat(100)}\n${'|b\n'.repeat(times)}`
    expect(treeOfMarkdown(rows(10))).toBeDefined()
    expect(treeOfMarkdown(rows(1_000))).toBeUndefined()
  })

  it('the parser puts no link into another', () => {
    const { own } = byBoth('[see <http://a.b> there](/c)')
    expect(own).toBe('<p><a href="/c">see http://a.b there</a></p>')
  })
})
