import { anyText } from '@logbook/chassis/testing/any-text.ts'
import { cases } from '@logbook/chassis/testing/cases.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderComment } from '../src/comment.ts'
import { renderPost } from '../src/post.ts'
import { attacks } from './attacks.ts'
import { written } from './parser/written.ts'
import { dangersIn } from './safe-html.ts'

describe('renderPost', () => {
  it('a post renders CommonMark with tables, strikethrough and task lists', () => {
    const { html } = renderPost('a ~~b~~\n\n|c|\n|-|\n|d|\n\n- [x] e')
    expect(html).toContain('<del>b</del>')
    expect(html).toContain('<div class="table" tabindex="0" role="group" aria-label="Table: c"><table>')
    expect(html).toContain('type="checkbox" checked disabled')
    const boxes = renderPost('- [x] one\n- [ ] two').html.match(/aria-label="[^"]+"/g)
    expect(boxes).toEqual(['aria-label="Done"', 'aria-label="Not done"'])
  })

  it.each([
    ['![a](/a.png)', 1],
    ['![a](/a.png) [![b](/b.png)](/b)', 2],
    ['[![b](/b.png)](/b)', 1],
    ['<figure><a href="/b"><img src="/b.png"></a><figcaption>c</figcaption></figure>', 1],
    ['Words ![a](/a.png) beside it', 0],
    ['[words ![a](/a.png)](/b)', 0],
  ])('pictures in a paragraph of their own are distinguished from inline ones: %s', (markdown, count) => {
    expect(renderPost(markdown).html.match(/class="picture"/g) ?? []).toHaveLength(count)
  })

  const img = (more = '') =>
    `<img src="/a.png" alt="a"${more} class="picture" loading="lazy" decoding="async">`
  it.each([
    ['![a](/a.png "A *heron*")', `<figure>${img()}<figcaption>A *heron*</figcaption></figure>`],
    ['![a](/a.png)', `<figure>${img()}</figure>`],
    [
      '![a](/a.png)\n*A **heron***',
      `<figure>${img()}<figcaption>A <strong>heron</strong></figcaption></figure>`,
    ],
    [
      '[![a](/a.png "<b>")](/b)',
      `<figure><a href="/b">${img()}</a><figcaption>&#x3C;b></figcaption></figure>`,
    ],
    [
      '![a](/a.png "Title")  \n_Below_',
      `<figure>${img(' title="Title"')}<figcaption>Below</figcaption></figure>`,
    ],
  ])(
    'makes a figure of a picture by itself, with its title or the emphasised line below: %j',
    (markdown, html) => {
      expect(renderPost(markdown).html).toBe(html)
    },
  )

  it.each(['![a](/a.png) words', '![a](/a.png) *one* *two*', '![a](/a.png) ![b](/b.png)', '*words*'])(
    'leaves a paragraph with more than a picture and its caption as it is: %j',
    (markdown) => expect(renderPost(markdown).html).toMatch(/^<p>/),
  )

  it('code is named by its language and a table by its first row', () => {
    const nameOf = (markdown: string) => / aria-label="([^"]*)"/.exec(renderPost(markdown).html)?.[1]
    expect(nameOf('```js\na\n```')).toBe('Code: js')
    expect(nameOf('    a')).toBe('Code')
    expect(nameOf('|*a* "b"|<b>|\n|-|-|\n|1|2|')).toMatch(/^Table: a &#x22;b&#x22;/)
    expect(nameOf('<table></table>')).toBe('Table')
    expect(nameOf(`|${'w'.repeat(500)}|\n|-|`)).toBe(`Table: ${'w'.repeat(73)}…`)
    expect(renderComment('```\na\n```')).toContain('<pre tabindex="0" role="group" aria-label="Code">')
  })

  it('a link that is a picture without words is named by its address, and a head without words is a cell', () => {
    const wordless = '[![](https://a.example/small.png)](https://a.example/files/large.png?x=1#y)'
    expect(renderPost(wordless).html).toContain('aria-label="Picture: large.png"')
    expect(renderPost('[![](/a.png)](https://a.example/)').html).toContain('aria-label="Picture: a.example"')
    for (const named of ['[![A heron](/a.png)](/b.png)', '[![](/a.png) words](/b.png)', '[words](/b.png)'])
      expect(renderPost(named).html).not.toContain('aria-label')
    const table = '| | Seen |\n|---|---|\n| Heron | 12 |'
    for (const html of [renderPost(table).html, renderComment(table)])
      expect(html).toMatch(/<tr>\s*<td><\/td>\s*<th>Seen<\/th>\s*<\/tr>/)
  })

  it('harmless raw HTML is kept', () => {
    expect(renderPost('<figure><img src="/a.png" alt="b"><figcaption>c</figcaption></figure>').html).toBe(
      '<figure><img src="/a.png" alt="b" class="picture" loading="lazy" decoding="async"><figcaption>c</figcaption></figure>',
    )
  })

  it.each([
    ['# a\n\n## b', [2, 3]],
    ['## a\n\n### b\n\n## c', [2, 3, 2]],
    ['#### a', [2]],
    ['# a\n\n###### b', [2, 6]],
    ['<h1>a</h1>\n\n## b', [2, 3]],
  ])('headings start at h2: %j', (markdown, depths) => {
    expect(renderPost(markdown).headings.map(({ depth }) => depth)).toEqual(depths)
  })

  it('a post lists its headings in order, each with the id that links use', () => {
    const { html, headings } = renderPost('## Dawn *chorus*\n\n[up](#noon)\n\n## Noon\n\n## Noon')
    expect(headings.map(({ id, text }) => [id, text])).toEqual([
      ['p-dawn-chorus', 'Dawn chorus'],
      ['p-noon', 'Noon'],
      ['p-noon-1', 'Noon'],
    ])
    expect(html).toContain('<a href="#p-noon">up</a>')
    for (const { id } of headings) expect(html).toContain(`id="${id}"`)
  })

  it('footnotes are linked both ways, and their label is not in the contents', () => {
    const { html, headings } = renderPost('a[^n]\n\n[^n]: b')
    const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)
    expect(targets.length).toBe(2)
    for (const id of targets) expect(html).toContain(`id="${id}"`)
    expect(headings).toEqual([])
  })

  it('code is highlighted by classes, without inline styles', () => {
    const { html } = renderPost('```js\nconst a = 1\n```')
    expect(html).toContain('<span class="hljs-keyword">const</span>')
    expect(html).not.toContain('style=')
  })

  it('the same code is highlighted the same everywhere', () => {
    const code = '```js\nconst a = 1\n```'
    const { html } = renderPost(code)
    expect(renderPost(`> ${code.replaceAll('\n', '\n> ')}`).html).toContain(html)
    expect(renderPost(code).html).toBe(html)
    expect(renderPost(code.replace('js', 'ts')).html).not.toBe(html)
  })

  it('a text renders the same whether its HTML is parsed or not', () => {
    fc.assert(
      fc.property(written, (markdown) => {
        const { html, headings } = renderPost(markdown)
        expect(renderPost(`<hr>\n\n${markdown}`)).toEqual({ html: `<hr>\n${html}`, headings })
      }),
      cases(60),
    )
  })

  it('code of an unknown language is shown', () => {
    expect(renderPost('```zorg\na < b\n```').html).toContain('a &#x3C; b')
  })
})

describe('renderComment', () => {
  it('a comment shows the boxes of a task list as characters', () => {
    expect(renderComment('- [x] done\n- [ ] not yet\n- plain')).toBe(
      '<ul>\n<li>☑ done</li>\n<li>☐ not yet</li>\n<li>plain</li>\n</ul>',
    )
  })

  it.each([
    ['raw HTML is shown as typed', 'a <b>b</b>', '<p>a &#x3C;b>b&#x3C;/b></p>'],
    ['blocks of raw HTML too', '<div>a</div>', '<p>&#x3C;div>a&#x3C;/div></p>'],
    ['a heading is a strong line', '# a', '<p><strong>a</strong></p>'],
    ['a picture is its description', '![a](http://b/c.png)', '<p>a</p>'],
    ['a line that was ended stays ended', 'a\nb', '<p>a<br>b</p>'],
    ['footnote marks are shown as typed', 'a[^1]\n\n[^1]: b', '<p>a[^1]</p>\n<p>b</p>'],
    [
      'links are not vouched for',
      '[a](https://b.example)',
      '<p><a href="https://b.example" rel="nofollow ugc noopener">a</a></p>',
    ],
  ])('%s', (_, markdown, expected) => {
    expect(renderComment(markdown).replaceAll('<br>\n', '<br>')).toBe(expected)
  })
})

const fragments = fc.constantFrom(
  ...attacks,
  ...'< > " \' ` [ ] ( ) ! # * _ & ; : / = \n \n\n javascript: onclick= <a <img <svg <p> </p> --> <!-- ]]> id=x href= src='.split(
    ' ',
  ),
)
const hostile = fc
  .array(fc.oneof(fragments, anyText({ maxLength: 6 })), { maxLength: 12 })
  .map((parts) => parts.join(''))

describe('whatever is written', () => {
  it('the check finds every danger it is meant to find', () => {
    for (const html of [
      '<script>',
      '<p onclick=x>',
      '<a href="javascript:x">',
      '<p style=x>',
      '<p id=x>',
      '<svg>',
    ])
      expect(dangersIn(html), html).not.toEqual([])
  })

  it.each(attacks)('%j does no harm', (attack) => {
    expect(dangersIn(renderPost(attack).html)).toEqual([])
    expect(dangersIn(renderPost(`Text ${attack} text\n\n> ${attack}\n\n- ${attack}`).html)).toEqual([])
    expect(dangersIn(renderComment(attack))).toEqual([])
  })

  it('no rendered text contains anything that runs, loads or impersonates', () => {
    fc.assert(
      fc.property(hostile, (markdown) => {
        expect(dangersIn(renderPost(markdown).html)).toEqual([])
        expect(dangersIn(renderComment(markdown))).toEqual([])
      }),
      cases(150),
    )
  })
})
