import { workOf, workOnceOf } from '@logbook/chassis/testing/work.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from '../src/limits.ts'
import { htmlToMarkdown, htmlToText } from '../src/wordpress/html-to-markdown.ts'
import type { Attachment } from '../src/wordpress/shortcodes.ts'
import { firstLost, wordsOfHtml, wordsOfMarkdown } from './readable-words.ts'

const birds: Attachment = {
  url: 'https://blog.example/birds.jpg',
  title: 'Two birds',
  caption: 'On a wire',
  alt: '',
}
const song: Attachment = { url: 'https://blog.example/song.mp3', title: 'A song', caption: '', alt: '' }

const convert = (html: string, remark: (reason: string) => void = () => {}) =>
  htmlToMarkdown(
    {
      html,
      attachments: {
        byId: (id) => (id === '1' ? birds : id === '2' ? song : undefined),
        ofThisPost: () => [birds],
      },
      rewriteLink: (address) => (address === 'https://blog.example/old/' ? '/posts/old' : address),
    },
    remark,
  )

describe('HTML as Markdown', () => {
  it.each([
    ['classic paragraphs', 'One\ntwo\n\nthree', 'One\\\ntwo\n\nthree'],
    ['blocks', '<!-- wp:paragraph -->\n<p>One</p>\n<!-- /wp:paragraph -->', 'One'],
    [
      'marks of the classic editor',
      'One\n<!--more Read on-->\nTwo\n<!--nextpage-->\nThree',
      'One\n\nTwo\n\nThree',
    ],
    [
      'a caption',
      '[caption id="a" width="3"]<a href="/b"><img src="/i.jpg" alt="Birds"></a> Two <em>birds</em>[/caption]',
      '[![Birds](/i.jpg)](/b)\n\nTwo *birds*',
    ],
    [
      'a caption of old',
      '[caption caption="A & B"]<img src="/i.jpg" alt="">[/caption]',
      '![](/i.jpg)\n\nA & B',
    ],
    [
      'a gallery',
      '[gallery ids="1,2"]',
      '![Two birds](https://blog.example/birds.jpg)\n\nOn a wire\n\n[A song](https://blog.example/song.mp3)',
    ],
    [
      'a gallery of the post',
      '[gallery columns="2"]',
      '![Two birds](https://blog.example/birds.jpg)\n\nOn a wire',
    ],
    ['an embed', '[embed width="3"]https://v.example/1[/embed]', '<https://v.example/1>'],
    ['a sound', '[audio mp3="https://v.example/1.mp3"][/audio]', '<https://v.example/1.mp3>'],
    ['an address on its own', 'See\n\nhttps://v.example/1', 'See\n\n<https://v.example/1>'],
    [
      'addresses with brackets of their own, and of the sentence',
      'See http://e.example/wiki/Sandbox_(software) and (http://e.example/a) and http://e.example/b_(c)_d. Or [http://e.example/x[1]], http://e.example/(a_(b)))!',
      'See <http://e.example/wiki/Sandbox_(software)> and (<http://e.example/a>) and <http://e.example/b_(c)_d>. Or \\[<http://e.example/x[1]>], <http://e.example/(a_(b))>)!',
    ],
    ['an unknown shortcode', 'Before [contact-form to="x"] after', 'Before \\[contact-form to="x"] after'],
    ['an escaped shortcode', 'Write [[gallery]]', 'Write \\[gallery]'],
    ['a shortcode in code', '<code>[gallery ids="1"]</code>', '`[gallery ids="1"]`'],
    ['code', '<pre>if (a < b) {\n\n  [caption]*x*\n}</pre>', '```\nif (a < b) {\n\n  [caption]*x*\n}\n```'],
    ['a frame', '<iframe src="https://v.example/e"></iframe>', '<https://v.example/e>'],
    ['a film', '<video controls src="https://v.example/f.mp4"></video>', '[f.mp4](https://v.example/f.mp4)'],
    [
      'a table with a caption',
      '<table><caption>Sums</caption><tr><th>a</th></tr><tr><td>1</td></tr></table>',
      'Sums\n\n| a |\n| - |\n| 1 |',
    ],
    ['a link within the blog', '<a href="https://blog.example/old/">old</a>', '[old](/posts/old)'],
    ['an anchor', '<a name="x">here</a>', 'here'],
    ['a lazy picture', '<img src="data:image/gif;base64,AA" data-src="/i.jpg" alt="i">', '![i](/i.jpg)'],
    ['a program', 'a<script>alert(1)</script><style>p{}</style>b', 'a\n\nb'],
    [
      'text that looks like Markdown',
      '1. not a list, * nor _this_ and <b>#</b>',
      '1\\. not a list, \\* nor *this* and **#**',
    ],
  ])('HTML becomes Markdown with %s', (_name, html, markdown) => {
    const expected = markdown.replace('*this*', '\\_this\\_')
    expect(convert(html)).toBe(expected)
  })

  it('the conversion of HTML says which galleries lack pictures and which blocks WordPress fills in', () => {
    const remarks: string[] = []
    convert('[gallery ids="1,99"]', (reason) => remarks.push(reason))
    convert('<!-- wp:latest-posts /-->', (reason) => remarks.push(reason))
    expect(remarks).toEqual([expect.stringContaining('gallery'), expect.stringContaining('fills in')])
  })

  it('the conversion of HTML keeps every word that is nested too deep for its markup', () => {
    const deep = `${'<div>'.repeat(limits.htmlDepthMax * 20)}<p>One <b>two</b></p>three${'</div>'.repeat(10)}`
    const remarks: string[] = []
    expect(convert(deep, (reason) => remarks.push(reason))).toBe('One two\n\nthree')
    expect(remarks).toEqual([expect.stringContaining('plain text')])
  })

  it('the conversion of HTML refuses more than the bound', () => {
    expect(() => convert('x'.repeat(limits.htmlCharsMax + 1))).toThrow(/longer than/)
  })

  const convertOften = (source: string) => convert(source.repeat(200_000 / source.length))
  const workOfEveryday = workOnceOf(() =>
    convertOften(
      '<p>Some <em>words</em> with a <a href="http://a.example">link</a>.</p>\n[caption]x[/caption]\n',
    ),
  )
  it.each([
    ['[caption '],
    ['[caption]'],
    ['[gallery '],
    ['<pre>'],
    ['<code'],
    ['<!--more'],
    ['[[a'],
    ['http://'],
    ['<a href="'],
  ])('HTML with %j over and over takes no more work than everyday HTML', (part) => {
    const workMax = 3 * workOfEveryday()
    expect(workOf(() => convertOften(part))).toBeLessThan(workMax)
  })

  it('the conversion of HTML strikes out once what is struck out over and over, also at the beginning of a list', () => {
    const source =
      '<div><ul><li><ul><li><del><del><del>a</del> b</del> c</del> <em>d</em></li></ul></li></ul></div>'
    expect(convert(source)).toBe('- - ~~a b c~~ *d*')
  })

  it('the conversion of HTML keeps the words of any nesting of everyday elements, in order', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/)
    const within = (tag: string, inside: string) => `<${tag}>${inside}</${tag}>`
    const several = (one: fc.Arbitrary<string>) =>
      fc.array(one, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(' '))
    const { html } = fc.letrec<{ html: string; block: string; text: string; inline: string }>((tie) => ({
      text: several(tie('inline')),
      inline: fc.oneof(
        { maxDepth: 4 },
        word,
        fc
          .tuple(fc.constantFrom('em', 'strong', 'span', 'code', 'del', 'u', 'sub'), tie('text'))
          .map((all) => within(...all)),
      ),
      html: several(tie('block')),
      block: fc.oneof(
        { maxDepth: 4 },
        tie('text'),
        fc.tuple(fc.constantFrom('p', 'h2', 'pre'), tie('text')).map((all) => within(...all)),
        fc.tuple(fc.constantFrom('div', 'blockquote'), tie('html')).map((all) => within(...all)),
        tie('html').map((inside) => within('ul', within('li', inside))),
      ),
    }))
    fc.assert(
      fc.property(html, (source) => {
        const copy = wordsOfMarkdown(convert(`<!-- wp:html -->${source}`))
        expect(firstLost({ source: wordsOfHtml(source), copy })).toBeUndefined()
      }),
    )
  })
})

describe('HTML as text', () => {
  it.each([
    ['A <em>b</em>c &amp; d', 'A bc & d'],
    ['<p>One</p><p>two</p>', 'One two'],
    ['a < b > c', 'a < b > c'],
  ])('the HTML %j becomes the text %j', (html, text) => {
    expect(htmlToText(html)).toBe(text)
  })
})
