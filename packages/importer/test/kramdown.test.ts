import { cases } from '@logbook/chassis/testing/cases.ts'
import { workOf, workOnceOf } from '@logbook/chassis/testing/work.ts'
import { renderPost } from '@logbook/markdown/post.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { embedsToLinks } from '../src/jekyll/embeds.ts'
import { cleanKramdown } from '../src/jekyll/kramdown.ts'
import { typesetText } from '../src/jekyll/typography.ts'
import { type MarkdownNode, parseMarkdown } from './readable-words.ts'

const convert = (source: string): string => typesetText(embedsToLinks(cleanKramdown(source), () => {}))
/** The HTML without what rendering adds for browsers and screen readers. */
const rendered = (source: string): string =>
  renderPost(convert(source)).html.replace(/ (?:loading|decoding|tabindex|dir|role|aria-label)="[^"]*"/g, '')

describe('what kramdown reads in another way than CommonMark', () => {
  it.each([
    [
      'Markdown in HTML',
      '<div markdown="1">\n  **Bold** [b](/c)\n\n  - one\n</div>\nafter *it*',
      '<div>\n<p><strong>Bold</strong> <a href="/c">b</a></p>\n<ul>\n<li>one</li>\n</ul>\n</div>\n<p>after <em>it</em></p>',
    ],
    [
      'Markdown in HTML in HTML',
      '<div>\n\n<section markdown="block">\n*a*\n</section>\n\n    <p>b</p>\n</div>',
      '<div>\n<section>\n<p><em>a</em></p>\n</section>\n    <p>b</p>\n</div>',
    ],
    [
      'blank lines in a table of HTML',
      '<table>\n\n    <tr>\n\n        <td>*a*</td>\n\n    </tr>\n\n</table>\n*b*',
      '<div class="table"><table>\n    <tbody><tr>\n        <td>*a*</td>\n    </tr>\n</tbody></table></div>\n<p><em>b</em></p>',
    ],
    [
      'blank lines in verbatim text within HTML',
      '<div>\n<pre>a\n\n  b\n\n\nc</pre>\n</div>',
      '<div>\n<pre>a\n\n  b\n\n\nc</pre>\n</div>',
    ],
    [
      'a definition list',
      'Marsh\nBog *x*\n: A wet place\n  and more\n: Another\n\nNext',
      '<dl>\n<dt>Marsh</dt>\n<dt>\n<p>Bog <em>x</em></p>\n</dt>\n<dd>\n<p>A wet place\nand more</p>\n</dd>\n<dd>\n<p>Another</p>\n</dd>\n</dl>\n<p>Next</p>',
    ],
    [
      'a table without a head',
      '| a | b |\n| `c|d` | e |\n',
      '<div class="table"><table>\n<thead>\n<tr>\n<td></td>\n<td></td>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>a</td>\n<td>b</td>\n</tr>\n<tr>\n<td>`c</td>\n<td>d`</td>\n</tr>\n</tbody>\n</table></div>',
    ],
    [
      'a table with more rules',
      '| a | x |\n|:--+---|\n| b | x |\n|---|---|\n| d | x |\n|===|===|\n',
      '<div class="table"><table>\n<thead>\n<tr>\n<th align="left">a</th>\n<th>x</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td align="left">b</td>\n<td>x</td>\n</tr>\n<tr>\n<td align="left">d</td>\n<td>x</td>\n</tr>\n</tbody>\n</table></div>',
    ],
    [
      'emphasis before a letter',
      '**word:**next and **(a)**b',
      '<p><strong>word:</strong>next and <strong>(a)</strong>b</p>',
    ],
    [
      'a note',
      '> [!NOTE]\n> Mind *it*.',
      '<blockquote>\n<p><strong>Note</strong></p>\n<p>Mind <em>it</em>.</p>\n</blockquote>',
    ],
    [
      'a list whose marks change',
      '* a\nlazy\n- b\n  + c\n\n  - d\n\n+ e\n\n`*`\n\n- f\n\n* * *\n\n- g\n\n```\n* a\n- b\n```',
      '<ul>\n<li>\n<p>a\nlazy</p>\n</li>\n<li>\n<p>b</p>\n<ul>\n<li>\n<p>c</p>\n</li>\n<li>\n<p>d</p>\n</li>\n</ul>\n</li>\n<li>\n<p>e</p>\n</li>\n</ul>\n<p><code>*</code></p>\n<ul>\n<li>f</li>\n</ul>\n<hr>\n<ul>\n<li>g</li>\n</ul>\n<pre><code>* a\n- b\n</code></pre>',
    ],
    [
      'typographic marks',
      '"It\'s" -- \'so\' --- he said... ("a") the \'90s `"--"` <b title="--">"b"</b> \\"c\\" <https://a.example/b--c>',
      '<p>“It’s” – ‘so’ — he said… (“a”) the ’90s <code>"--"</code> <b>“b”</b> "c" <a href="https://a.example/b--c">https://a.example/b--c</a></p>',
    ],
    [
      'an id that a link leads to',
      '[a](#top) [b](#b)\n\n## Head {#top}\n\nUnder\n-----\n{: .x #b}\n\n## Other {#c}',
      '<p><a href="#p-top">a</a> <a href="#p-b">b</a></p>\n<h2 id="p-head"><a id="p-top"></a>Head</h2>\n<h2 id="p-under"><a id="p-b"></a>Under</h2>\n<h2 id="p-other">Other</h2>',
    ],
  ])(
    'what kramdown reads in another way than CommonMark is written so that it reads the same: %s',
    (_name, source, html) => {
      expect(rendered(source)).toBe(html)
    },
  )

  it.each([
    ['an <iframe title="Talk" src="https://v.example/1"></iframe> b', 'an [Talk](https://v.example/1) b'],
    [
      '<div>\n<iframe src="https://v.example/1?a&amp;b"></iframe>\n</div>',
      '<div>\n<a href="https://v.example/1?a&amp;b">https://v.example/1?a&amp;b</a>\n</div>',
    ],
    ['<script src="//gist.github.com/a/1.js"></script>', '<https://gist.github.com/a/1>'],
    ['<video controls><source src="/two (1).mp4"></video>', '[two (1).mp4](</two (1).mp4>)'],
    ['<audio src=/one.mp3 />', '[one.mp3](/one.mp3)'],
    [
      '`<iframe src="/x">` and\n\n```\n<script src="/y"></script>\n```',
      '`<iframe src="/x">` and\n\n```\n<script src="/y"></script>\n```',
    ],
  ])('embedded media of kramdown become links: %s', (source, expected) => {
    expect(embedsToLinks(source, () => {})).toBe(expected)
  })

  it.each([
    '<script>x()</script>',
    '<iframe></iframe>',
    '<img src="data:image/png;base64,AA">',
    '![a](data:image/png;base64,AA)',
  ])('an embed without an address is left out and named: %s', (source) => {
    const notes: string[] = []
    expect(embedsToLinks(source, (reason) => notes.push(reason))).toBe('')
    expect(notes).toHaveLength(1)
  })

  it('the conversion of kramdown leaves all code as it is, whatever stands around it', () => {
    const code = fc.constantFrom(
      '`--"a"`',
      '```\n| a |\n: b\n"--" **x:**y\n<div markdown="1">\n```',
      '    : c -- "d"',
    )
    const other = fc.constantFrom(
      '"a" -- b',
      '| a |\n| b |',
      'Term\n: what',
      '<div>\n\n*a*\n\n</div>',
      '> [!TIP]\n> a',
      '- one\n- two',
      '**a:**b',
      '<iframe src="/a"></iframe>',
    )
    const codeOf = (markdown: string): string[] => {
      const found: string[] = []
      const walk = (node: MarkdownNode) => {
        if (node.type === 'code' || node.type === 'inlineCode') found.push(node.value)
        if ('children' in node) node.children.forEach(walk)
      }
      walk(parseMarkdown(markdown))
      return found
    }
    fc.assert(
      fc.property(fc.array(fc.oneof(code, other), { minLength: 1, maxLength: 6 }), (parts) => {
        const source = parts.map((part) => (part.startsWith('    ') ? `Text\n\n${part}` : part)).join('\n\n')
        expect(codeOf(convert(source))).toEqual(codeOf(source))
      }),
      cases(100),
    )
  })

  const convertOften = (source: string) => convert(source.repeat(4_000 / source.length))
  const workOfEveryday = workOnceOf(() =>
    convertOften(
      'Some "words" and `code` -- with a [link](/a)\n\n| a |\n| b |\n\n<div>\n<b>x</b>\n</div>\n\n',
    ),
  )
  it.each([['<div>'], ['<div markdown="1">'], ['a\n: b\n'], ['"'], ['<iframe ']])(
    'kramdown with %j over and over takes no more work than what is written every day',
    (part) => {
      const workMax = 5 * workOfEveryday()
      expect(workOf(() => convertOften(part))).toBeLessThan(workMax)
    },
  )
})
