import { workOf, workOnceOf } from '@logbook/chassis/testing/work.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { renderComment } from '../src/comment.ts'
import { excerptOf } from '../src/excerpt.ts'
import { renderPost } from '../src/post.ts'
import { readingMinutesOf } from '../src/reading-minutes.ts'

const postCharsMax = 200_000
const commentCharsMax = 10_000

const ordinary = '## A title\n\nSome *words* with a [link](http://a.example) and `code`.\n\n- one\n- two\n\n'

const repeated = (part: string) => (chars: number) =>
  part.repeat(Math.ceil(chars / part.length)).slice(0, chars)
const opened = (open: string, close: string) => (chars: number) => {
  const times = Math.floor(chars / (open.length + close.length))
  return open.repeat(times) + close.repeat(times)
}

const bombs: readonly [string, (chars: number) => string][] = [
  ['quotes in quotes', repeated('>')],
  ['lists in lists', repeated('- ')],
  [
    'lists indented ever further',
    (chars) =>
      Array.from({ length: Math.sqrt(chars) }, (_, n) => `${' '.repeat(2 * n)}- a`)
        .join('\n')
        .slice(0, chars),
  ],
  ['emphasis that opens and closes', opened('**a ', 'b** ')],
  ['emphasis that only closes', repeated('a** ')],
  ['brackets', repeated(']')],
  ['pictures in pictures', opened('![', '](a)')],
  ['underlined headings', repeated('a\n=\n')],
  ['a table without end', (chars) => `|a|\n|-|\n${repeated('a\n')(chars - 8)}`],
  ['footnotes', repeated('[^a]: [^a]\n\n')],
  ['raw elements in elements', repeated('<div>')],
  ['raw elements, one too few to be text', () => '<div>'.repeat(4_999)],
  [
    'formatting that is never closed',
    (chars) =>
      Array.from({ length: chars / 100 }, (_, n) => `<p><b x=${n}></p>`)
        .join('\n')
        .slice(0, chars),
  ],
  ['comments that are never closed', repeated('<!--')],
  ['empty lines', repeated('\n')],
  ['code to colour', (chars) => `\`\`\`js\n${repeated('a(/[/')(chars - 12)}\n\`\`\``],
]

describe('a text made to exhaust time or stack is rendered all the same', () => {
  // Without the bounds these take from ten times as much to hours, or end the process.
  let workMax: number
  beforeAll(() => {
    // A quarter as long as a post may be, 45 times: in warm code about as much as 24 times in cold code.
    workMax = 45 * workOnceOf(() => renderPost(ordinary.repeat(50_000 / ordinary.length)))()
  })

  it.each(bombs)('%s', (_, bomb) => {
    const markdown = bomb(postCharsMax)
    const work = workOf(() => {
      expect(typeof renderPost(markdown).html).toBe('string')
      expect(typeof renderComment(bomb(commentCharsMax))).toBe('string')
      excerptOf(markdown, { charsMax: 280 })
      readingMinutesOf(markdown)
    })
    expect(work).toBeLessThan(workMax)
  })

  it('a text beyond the bounds is shown as typed', () => {
    const lists = Array.from({ length: 30 }, (_, n) => `${'  '.repeat(n)}- *${n}*`).join('\n')
    const { html } = renderPost(`${lists}\n\n# not parsed`)
    expect(html).toContain('- *29*')
    expect(html).toContain('<p># not parsed</p>')
  })

  it('an ordinary long text is rendered', () => {
    const { html, headings } = renderPost(ordinary.repeat(500))
    expect(headings.length).toBe(500)
    expect(html).not.toContain('*words*')
  })
})
