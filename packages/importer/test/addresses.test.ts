import { derivedId } from '@logbook/chassis/ids.ts'
import { cases } from '@logbook/chassis/testing/cases.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRewriter, OldAddresses, oldSiteOf, predictedBook } from '../src/addresses.ts'
import { leadsElsewhere } from '../src/markdown/elsewhere.ts'
import { rewriteAddresses } from '../src/markdown/rewrite.ts'
import { only } from '../src/testing/collect.ts'
import { commentXml, exportXml, itemXml, withFile } from '../src/testing/make-export.ts'
import { read } from '../src/testing/make-folder.ts'
import { openExport } from '../src/wordpress/read-export.ts'
import { parseMarkdown } from './readable-words.ts'

describe('an address of the old site', () => {
  const site = oldSiteOf('https://old.example/blog/')
  const old = new OldAddresses(site)
  old.add('https://old.example/blog/2015/03/about/', 'post')
  old.add('/blog/about/', 'page')
  const rewrite = createRewriter({
    site,
    old,
    book: new Map([
      ['post', 'about'],
      ['page', 'about-2'],
    ]),
    commentKey: (fragment) => (fragment === 'comment-7' ? 'c7' : undefined),
  })
  const from = 'https://old.example/blog/2015/04/other/'

  it.each([
    ['https://old.example/blog/2015/03/about/', '/posts/about'],
    ['http://www.old.example/blog/2015/03/about', '/posts/about'],
    ['//old.example/blog/2015/03/about/#part', '/posts/about#part'],
    ['/blog/about', '/posts/about-2'],
    ['/blog/about/index.html?utm=1', '/posts/about-2'],
    ['../../03/about/', '/posts/about'],
    ['/blog/2015/03/about/comment-page-2/#comment-7', `/posts/about#comment-${derivedId('import', 'c7')}`],
    ['/blog/images/a b.png', 'https://old.example/blog/images/a%20b.png'],
    ['pic.png', 'https://old.example/blog/2015/04/other/pic.png'],
    ['https://else.example/blog/about/', 'https://else.example/blog/about/'],
    ['#part', '#part'],
    ['mailto:jo@example.org', 'mailto:jo@example.org'],
    ['data:image/png;base64,AA', 'data:image/png;base64,AA'],
    ['http://', 'http://'],
  ])('the old address %s leads to %s', (address, expected) => {
    expect(rewrite(address, from)).toBe(expected)
  })

  it('an old address stays as it is where the old site is unknown, except those of its own texts', () => {
    const unknown = oldSiteOf('')
    const paths = new OldAddresses(unknown)
    paths.add('/2015/a.html', 'a')
    const rewriteIn = createRewriter({ site: unknown, old: paths, book: new Map([['a', 'a']]) })
    expect(['/2015/a', '/images/b.png', 'https://x.example/2015/a'].map((each) => rewriteIn(each))).toEqual([
      '/posts/a',
      '/images/b.png',
      'https://x.example/2015/a',
    ])
  })
})

describe('rewriting addresses', () => {
  const mark = (source: string) => rewriteAddresses(source, { change: (address) => `/new?${address.length}` })

  it.each([
    ['[a](/b "c (d)") ![e](</f g>)', '[a](/new?2 "c (d)") ![e](/new?4)'],
    ['[![a](/b)](/c(d))', '[![a](/new?2)](/new?5)'],
    ['[a][b]\n\n[b]: /c "d"', '[a][b]\n\n[b]: /new?2 "d"'],
    ['<https://a.example>', '[https://a.example](/new?17)'],
    [
      '<a href="/b?x=1&amp;y=2">c</a> <img src=/d srcset="/e 1x, /ff 2x">',
      '<a href="/new?10">c</a> <img src=/new?2 srcset="/new?2 1x, /new?3 2x">',
    ],
    ['`[a](/b)`\n\n```\n[a](/b) href="/c"\n```\n\n    <a href="/b">', undefined],
    ['text with href="/b" and ](/c)', undefined],
  ])('rewriting addresses changes addresses alone: %s', (source, expected = source) => {
    expect(mark(source)).toBe(expected)
  })

  it('rewriting addresses leads every link and picture where it is told to, and keeps all else, whatever the text', () => {
    const piece = fc.constantFrom(
      '[a](/b)',
      '![c](/d "t")',
      '[![j](/k)](/l)',
      '<https://e.example/f>',
      '[g]: /h\n',
      '`/i`',
      '*',
      '> ',
      '\n',
      '\n\n',
      '- ',
      '(',
      ']',
      '"x"',
      '<b>',
      ' word ',
    )
    const addressesOf = (source: string): string[] => {
      const found: string[] = []
      const waiting: object[] = [parseMarkdown(source)]
      for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
        if ('url' in node) found.push(String(node.url))
        if ('children' in node) waiting.push(...(node.children as object[]))
      }
      return found
    }
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const source = pieces.join('')
        expect(addressesOf(mark(source))).toEqual(
          addressesOf(source).map((address) => `/new?${address.length}`),
        )
        expect(rewriteAddresses(source, { change: (address) => address })).toBe(source)
      }),
      cases(200),
    )
  })
})

describe('a text whose addresses all lead elsewhere', () => {
  const ownHosts = new Set(['old.example'])
  const rewrite = createRewriter({ site: oldSiteOf('https://old.example'), ...known() })
  function known() {
    const old = new OldAddresses(oldSiteOf('https://old.example'))
    old.add('/a', 'a')
    return { old, book: new Map([['a', 'new']]) }
  }

  it('a text whose addresses all lead elsewhere is known without parsing it, and any other is not', () => {
    const elsewhere =
      'See [a](https://else.example/a "t"), <https://www.else.example>, https://else.example/old.example and www.else.example/a.\n\n[b]: <http://else.example:80/a>\n\n<a href="https://else.example/">c</a> [d](#part) [e](mailto:jo@old.example)'
    expect(leadsElsewhere(elsewhere, ownHosts)).toBe(true)
    for (const own of [
      '[a](/b)',
      '[a]( <pic.png>)',
      '[a](//else.example)',
      '[a](https://WWW.Old.example/a)',
      '[a](https://jo@old.example/a)',
      '[a](https://old&#46;example/a)',
      '[a](https://old%2Eexample/a)',
      '[a](https\\://old.example/a)',
      '[a]:\n  old/b',
      'at www.old.example',
      '<img srcset="https://else.example/a 2x">',
      '<img src = b.png>',
      '<https://old.example:80/a>',
    ])
      expect.soft(leadsElsewhere(`${elsewhere}\n\n${own}`, ownHosts), own).toBe(false)
  })

  it('a text whose addresses all lead elsewhere comes as it would if it were parsed, whatever the text', () => {
    const hosts = ['else.example', 'old.example', 'www.old.example', 'OLD.example:80', 'old&#46;example', 'x']
    const address = fc
      .tuple(
        fc.constantFrom('https://', 'http://', '//', 'www.', '/', 'https\\://', '#'),
        fc.constantFrom(...hosts),
      )
      .map(([scheme, host]) => `${scheme}${host}/a`)
    const place = fc.constantFrom(
      '[b](@)',
      '[b](\n<@> "t")',
      '<@>',
      '[b]: @\n',
      '<a href=@>',
      '@',
      '`@`',
      '![](@)',
      '(@.',
    )
    const piece = fc.oneof(
      fc.tuple(place, address).map(([around, each]) => around.replace('@', each)),
      fc.constantFrom('\n\n', ' ', '> ', '*', '[', '](', '<b>'),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const source = pieces.join('')
        const change = (each: string) => rewrite(each)
        expect(rewriteAddresses(source, { change, ownHosts })).toBe(rewriteAddresses(source, { change }))
      }),
      cases(300),
    )
  })
})

describe('links between texts that come together', () => {
  it('links between the texts of an export lead to the address that each text got, and to its comments', async () => {
    const link = 'https://blog.example.org'
    const at = (id: number, path: string, fields: Record<string, string> = {}, inside = '') =>
      itemXml({ id, fields: { 'wp:post_name': 'about', link: `${link}${path}`, ...fields }, inside })
    const text = `<a href="${link}/2015/about/">1</a> <a href="${link}/about/">2</a> <a href="/about/">3</a> <a href="${link}/?p=10">4</a> <a href="/?page_id=11#comment-5">5</a> <img src="/wp-content/a.png">`
    const xml = exportXml({
      items: [
        at(10, '/2015/about/'),
        at(11, '/about/', { 'wp:post_type': 'page' }, commentXml({ id: 5 })),
        at(12, '/links/', { 'wp:post_name': 'links', 'content:encoded': text }),
      ],
    })
    await withFile(xml, async (file) => {
      const blog = await openExport({ file, now: new Date('2026-01-01') })
      const [post, page] = blog.wanted.map(({ key }) => key)
      const posts: string[] = []
      const comments: string[] = []
      const book = new Map([...predictedBook(blog.wanted), [post ?? '', 'about-9'], [page ?? '', 'about-8']])
      for await (const entry of blog.entries(book)) {
        if (entry.type === 'post') posts.push(entry.item.content)
        if (entry.type === 'comment') comments.push(derivedId('import', entry.item.key))
      }
      expect(posts[2]?.match(/\]\([^)]*\)/g)).toEqual([
        '](/posts/about-9)',
        '](/posts/about-8)',
        '](/posts/about-8)',
        '](/posts/about-9)',
        `](/posts/about-8#comment-${only(comments)})`,
        `](${link}/wp-content/a.png)`,
      ])
    })
  })

  it('links between the texts of a folder lead to the address that each text got, by every address that it had', async () => {
    const { posts } = await read({
      '_config.yml': 'url: https://old.example\nbaseurl: /blog\npermalink: /:year/:title/\n',
      '_posts/2015-01-02-about.md': '---\ntitle: A\nredirect_from:\n  - /very/old/\n---\n',
      '_posts/2015-01-03-moved.md': '---\ntitle: B\npermalink: /else/where.html\n---\n',
      'about.md': '---\ntitle: About\n---\nPage.\n',
      '_posts/2015-01-04-links.md': `---\ntitle: L\n---
[1]({{ site.baseurl }}{% post_url 2015-01-02-about %}) [2](/blog/2015/about/) [3](https://old.example/blog/very/old)
[4]({{ site.url }}{{ site.baseurl }}/else/where) [5]({% link about.md %}) [6](/blog/about.html) [7](../moved)
![8]({{ site.url }}/images/a.png) ![9]({{ "/b.png" | absolute_url }}) ![10]({{ '/c.png' | relative_url }}) <img src="{{ site.baseurl }}/d.png">
`,
    })
    const content = posts.find(({ title }) => title === 'L')?.content ?? ''
    expect(content.match(/\]\([^)]*\)|src="[^"]*"/g)).toEqual([
      '](/posts/about)',
      '](/posts/about)',
      '](/posts/about)',
      '](/posts/moved)',
      '](/posts/about-2)',
      '](/posts/about-2)',
      '](https://old.example/blog/2015/moved)',
      '](https://old.example/images/a.png)',
      '](https://old.example/blog/b.png)',
      '](https://old.example/blog/c.png)',
      'src="https://old.example/blog/d.png"',
    ])
    expect(posts.map(({ slug }) => slug)).toEqual(['about', 'moved', 'links', 'about-2'])
  })
})
