import { cases } from '@logbook/chassis/testing/cases.ts'
import { workOf, workOnceOf } from '@logbook/chassis/testing/work.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanKramdown } from '../src/jekyll/kramdown.ts'
import { cleanLiquid } from '../src/jekyll/liquid.ts'
import { withAddresses } from '../src/jekyll/liquid-addresses.ts'
import { firstLost, type MarkdownNode, parseMarkdown } from './readable-words.ts'

const keyOfPost = (post: string) => (post.includes('2012-03-19-going-static') ? 'key (1)' : undefined)
const context = {
  keyOfPost,
  keyOfFile: keyOfPost,
  slugOf: (key: string) => (key === 'key (1)' ? 'going-static' : undefined),
  site: { origin: '', base: '' },
}
const clean = (source: string, remark: (reason: string) => void = () => {}, site = context.site) =>
  withAddresses(cleanLiquid(source, { ...context, site }, remark), context)

describe('Liquid', () => {
  it.each([
    ['nothing', 'Plain {text} 100%', 'Plain {text} 100%'],
    ['raw', 'Use {% raw %}{{ page.title }}{% endraw %} here', 'Use {{ page.title }} here'],
    ['raw around code', '{% raw %}`{% if x %}`{% endraw %} and', '`{% if x %}` and'],
    [
      'raw in a fence',
      '```html\n{% raw %}{% for a in b %}{% endraw %}\n```\n',
      '```html\n{% for a in b %}\n```\n',
    ],
    ['a tag in a fence', '```\n{% include x %}\n{{ y }}\n```\n', '```\n{% include x %}\n{{ y }}\n```\n'],
    ['a tag in a span', 'The `{% notice %}` tag', 'The `{% notice %}` tag'],
    [
      'a highlight',
      '{% highlight ruby linenos %}\nputs "{{ x }}"\n{% endhighlight %}\n',
      '```ruby\nputs "{{ x }}"\n```\n',
    ],
    [
      'a highlight of fences',
      '{% highlight md %}\n```\nx\n```\n{% endhighlight %}',
      '````md\n```\nx\n```\n````',
    ],
    [
      'a figure',
      'A\n\n{% figure caption:"Two \\"birds\\"" class:"x" %}\n![b](/b.jpg)\n{% endfigure %}\n\nZ',
      'A\n\n![b](/b.jpg)\n\nTwo "birds"\n\nZ',
    ],
    [
      'a figure whose caption has code',
      '{% figure caption:"The `x` one." %}\n![b](/b.jpg)\n{% endfigure %}\n',
      '![b](/b.jpg)\n\nThe `x` one.\n',
    ],
    ['a notice', '{% notice %}\n#### Mind\n\nthe gap\n{% endnotice %}\nZ', '> #### Mind\n>\n> the gap\n\nZ'],
    [
      'a film',
      '{% youtube 8LOrtVef9mE %}',
      '[Video on YouTube](https://www.youtube.com/watch?v=8LOrtVef9mE)',
    ],
    [
      'films',
      '{% youtube videoseries?list=PL1&amp; %}',
      '[Videos on YouTube](https://www.youtube.com/playlist?list=PL1)',
    ],
    ['another film', '{% vimeo 98146708 %}', '[Video on Vimeo](https://vimeo.com/98146708)'],
    ['a harmful film', '{% youtube "><script> %}x', 'x'],
    [
      'a link to a post',
      '[a]({% post_url /articles/2012-03-19-going-static %}#b)',
      '[a](/posts/going-static#b)',
    ],
    ['a link to a file', '[a]({% link _work/themes.md %})', '[a](/work/themes)'],
    ['an include', 'A\n{% include_cached boilerplate/x.md %}\nB', 'A\nB'],
    [
      'an included picture',
      '{% include figure image_path="/a b.jpg" alt="Birds" caption="Two" %}',
      '![Birds](/a%20b.jpg)\n\nTwo',
    ],
    [
      'an included film',
      '{% include video id="abc" provider="vimeo" %}',
      '[Video on Vimeo](https://vimeo.com/abc)',
    ],
    ['the blog’s address', '![a]({{ site.url }}{{ site.baseurl }}/a.jpg)', '![a](/a.jpg)'],
    ['a literal', '[a]({{ "/a/" | relative_url }})', '[a](/a/)'],
    ['other outputs', 'about {{ site.posts.size }} posts', 'about  posts'],
    ['a comment', 'A\n{% comment %}secret{% endcomment %}\nB', 'A\n\nB'],
    ['a loop', '<ul>\n{% for p in posts %}\n<li>{{ p }}</li>\n{% endfor %}\n</ul>', '<ul>\n</ul>'],
    ['a condition', '{% if a %}\nYes\n{% else %}\nNo\n{% endif %}\n', 'Yes\nNo\n'],
    ['a block that never ends', 'A\n{% notice %}\nB\n', 'A\nB\n'],
    ['an end that never began', 'A\n{% endnotice %}\nB', 'A\nB'],
    ['a tag that never closes', 'A {% include x', 'A {% include x'],
  ])('Liquid with %s becomes Markdown', (_name, source, expected) => {
    expect(clean(source)).toBe(expected)
  })

  it('Liquid that only Jekyll can fill in is noted', () => {
    const remarks: string[] = []
    clean(
      '{% include x %}{{ y }}{% for a in b %}{% endfor %}{% zzz %}{% post_url 2000-01-01-x %}',
      (reason) => remarks.push(reason),
    )
    expect(remarks).toHaveLength(5)
  })

  const cleanOften = (source: string) => clean(source.repeat(30_000 / source.length))
  const workOfEveryday = workOnceOf(() =>
    cleanOften('Some {{ words }} and `code`\n\n{% highlight js %}\na\n{% endhighlight %}\n\n'),
  )
  it.each([['{% '], ['{% raw %}'], ['{% notice %}'], ['{{ '], ['{% highlight %}'], ['`{% x %}']])(
    'Liquid with %j over and over takes no more work than what is written every day',
    (part) => {
      const workMax = 3 * workOfEveryday()
      expect(workOf(() => cleanOften(part))).toBeLessThan(workMax)
    },
  )
})

describe('Kramdown', () => {
  it.each([
    ['a list of attributes on its own line', '![a](/a)\n{: .wide #top}\n\nB', '![a](/a)\n\nB'],
    ['a list of attributes after a link', '[a](/a){:.btn target="_blank"} b', '[a](/a) b'],
    ['the id of a heading', '## A `b` pen {#a-pen}\n\n{#no} # B {#b} c', '## A `b` pen\n\n{#no} # B {#b} c'],
    ['raw HTML', '| {::nomarkdown}<b>x</b>{:/} |', '| <b>x</b> |'],
    ['a comment', 'a {::comment}secret{:/comment}b', 'a b'],
    ['a table of contents', '* TOC\n{:toc}\n\n# A', '\n# A'],
    [
      'an abbreviation',
      'The TT is\n\n*[TT]: time travel\n\nlong',
      'The TT is\n\n\nlong\n\n- **TT**: time travel\n',
    ],
    ['code', '`{: .x}`\n\n    {: .y}\n', '`{: .x}`\n\n    {: .y}\n'],
    ['a heading in code', '```\n# A {#b}\n```\n', '```\n# A {#b}\n```\n'],
    ['a symbol of Ruby', 'a {:foo => 1} b', 'a {:foo => 1} b'],
  ])('kramdown with %s becomes Markdown', (_name, source, expected) => {
    expect(cleanKramdown(source)).toBe(expected)
  })
})

/** All lines of code, in order; two indented blocks that come to stand together are one, with the same lines. */
const codeOf = (markdown: string): string[] => {
  const found: string[] = []
  const walk = (node: MarkdownNode) => {
    if (node.type === 'code' || node.type === 'inlineCode') found.push(node.value)
    if ('children' in node) node.children.forEach(walk)
  }
  walk(parseMarkdown(markdown))
  return found.flatMap((code) => code.split('\n')).filter((line) => line !== '')
}

describe('cleaning', () => {
  const bit = fc.constantFrom(
    'word',
    '{{ x }}',
    '{% include y %}',
    '{% if a %}',
    '{% endif %}',
    '{% figure caption:"c" %}',
    '{% endfigure %}',
    '{% notice %}',
    '{% endnotice %}',
    '{% for a in b %}',
    '{: .class}',
    '{::nomarkdown}',
    '{:/}',
    '*[AB]: c',
    '* TOC',
    '{:toc}',
    '{% highlight x %}',
  )
  const line = fc.array(bit, { minLength: 1, maxLength: 4 }).map((bits) => bits.join(' '))
  const code = fc.oneof(
    fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => `\`\`\`\n${lines.join('\n')}\n\`\`\``),
    line.map((inside) => `    ${inside}`),
    line.map((inside) => `before \`${inside}\` after`),
  )
  const prose = fc.constantFrom(
    'word',
    '{{ x }}',
    '{% include y %}',
    '{: .class}',
    '{% figure caption:"c" %}\n![a](/a)\n{% endfigure %}',
    '{% notice %}\nMind\n{% endnotice %}',
    '{% if a %}\nb\n{% endif %}',
    '*[AB]: c',
    '* TOC\n{:toc}',
    '{% youtube abc %}',
    'a [b](/c){: .d}',
  )

  it('the conversion of Liquid and kramdown never changes code, whatever stands in it and around it', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(prose, code), { minLength: 1, maxLength: 8 }), (parts) => {
        const source = parts.join('\n\n')
        const cleaned = codeOf(cleanKramdown(clean(source)))
        expect(firstLost({ source: codeOf(source), copy: cleaned })).toBeUndefined()
      }),
      cases(200),
    )
  })

  it('the conversion of Liquid brings out of raw exactly what stood there', () => {
    fc.assert(
      fc.property(fc.array(bit, { maxLength: 8 }), (bits) => {
        const inside = bits.join(' ')
        expect(clean(`a {% raw %}${inside}{% endraw %} b`)).toBe(`a ${inside} b`)
      }),
    )
  })
})
