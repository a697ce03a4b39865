import { describe, expect, it } from 'vitest'
import { openBlog } from '../src/open-blog.ts'
import { withPictures } from '../src/pictures/with-pictures.ts'
import { collect } from '../src/testing/collect.ts'
import { withFolder } from '../src/testing/make-export.ts'
import { type Files, now, write } from '../src/testing/make-folder.ts'

const config = { 'hugo.toml': 'baseURL = "https://old.example/blog/"\ntitle = "Tides"\n' }
const jpg = new Uint8Array([0xff, 0xd8])

const readHugo = (files: Files, site?: string) =>
  withFolder(async (folder) => {
    await write(folder, files)
    const blog = await openBlog({ path: folder, now, site })
    const found = await collect(withPictures(blog))
    const from = found.pictures.map((each) =>
      'file' in each.from ? each.from.file.slice(folder.length + 1) : each.from.url,
    )
    return { ...found, from, blog }
  })
const toml = (body: string, front = '') =>
  `+++\ntitle = "A"\ndate = 2015-01-02T03:04:05+02:00\n${front}+++\n${body}\n`

describe('the folder of a Hugo site', () => {
  it.each([
    [
      'TOML',
      '+++\nTitle = "A tide"\ndate = 2015-01-02\ntags = ["sea"]\n[cover]\nimage = "/c.jpg"\nalt = "Wet"\n+++\nWords.',
    ],
    [
      'YAML',
      '---\ntitle: A tide\ndate: 2015-01-02\ntags: [sea]\ncover: { image: /c.jpg, alt: Wet }\n---\nWords.',
    ],
    [
      'JSON',
      '{\n"title": "A tide", "date": "2015-01-02",\n"tags": ["sea"], "cover": {"image": "/c.jpg", "alt": "W}et"}\n}\nWords.',
    ],
  ])('front matter in %s is read', async (format, source) => {
    const { posts } = await readHugo({ ...config, 'content/posts/a-tide.md': source })
    expect(posts).toMatchObject([
      {
        ...{
          title: 'A tide',
          content: 'Words.',
          slug: 'a-tide',
          tags: ['sea'],
          status: 'published',
          kind: 'post',
        },
        ...{ cover: 'https://old.example/c.jpg', coverAlt: format === 'JSON' ? 'W}et' : 'Wet' },
        ...{ createdAt: '2015-01-02T00:00:00.000Z', formerAddresses: ['/blog/posts/a-tide/'] },
      },
    ])
  })

  it('the last change is that of lastmod, unless it is none, older than the text or yet to come', async () => {
    const { posts, notes } = await readHugo({
      ...config,
      'content/posts/a.md': toml('A.', 'lastmod = 2016-01-02\n'),
      'content/posts/b.md': toml('B.', 'lastmod = 2014-01-02\n'),
      'content/posts/c.md': toml('C.', 'lastmod = "soon"\n'),
      'content/posts/d.md': toml('D.', 'lastmod = 2999-01-02\n'),
    })
    expect(posts.map(({ updatedAt }) => updatedAt)).toEqual([
      '2016-01-02T00:00:00.000Z',
      ...[undefined, undefined, undefined],
    ])
    expect(notes.map(({ where, reason }) => [where, reason])).toEqual([
      ['content/posts/c.md', expect.stringContaining('"soon", which cannot be read')],
      ['content/posts/d.md', expect.stringContaining('yet to come')],
    ])
  })

  it('page bundles come with the pictures beside them, and others from static, assets and the place of the text', async () => {
    const found = await readHugo({
      ...config,
      'content/posts/walk/index.md': toml(
        '![one](one.jpg) ![in](img/two.jpg) ![s](/img/s.jpg) ![b](/blog/img/b.jpg) {{< figure src="f.jpg" alt="F" >}}',
      ),
      'content/posts/walk/one.jpg': jpg,
      'content/posts/walk/f.jpg': jpg,
      'content/posts/walk/img/two.jpg': jpg,
      'content/posts/walk/featured.png': jpg,
      'content/posts/walk/notes.md': 'Notes.',
      'content/posts/single.md': toml('![x](beside.jpg)'),
      'content/posts/beside.jpg': jpg,
      'static/img/s.jpg': jpg,
      'assets/img/b.jpg': jpg,
      'static/unused.jpg': jpg,
    })
    expect(found.from.toSorted()).toEqual(
      [
        ...[
          'assets/img/b.jpg',
          'content/posts/beside.jpg',
          'content/posts/walk/f.jpg',
          'content/posts/walk/featured.png',
        ],
        ...['content/posts/walk/img/two.jpg', 'content/posts/walk/one.jpg', 'static/img/s.jpg'],
      ].toSorted(),
    )
    expect(found.refused).toEqual([])
    expect(found.skipped.map(({ where }) => where)).toEqual(
      expect.arrayContaining(['content/posts/walk/notes.md', 'static/unused.jpg', 'hugo.toml']),
    )
  })

  it('drafts, texts of the future and expired ones are drafts, and texts without a section or a date are pages', async () => {
    const { posts } = await readHugo({
      ...config,
      'content/posts/draft.md': toml('x', 'draft = true\n'),
      'content/posts/later.md': toml('x', '').replace('2015', '2999'),
      'content/posts/over.md': toml('x', 'expiryDate = 2016-01-01\n'),
      'content/about/index.md': toml('x'),
      'content/docs/undated.md': '+++\ntitle = "U"\n+++\nx',
      'content/posts/_index.md': toml('list'),
      'content/posts/live.md': toml('x'),
    })
    expect(posts.map(({ slug, kind, status }) => [slug, kind, status]).sort()).toEqual([
      ['about', 'page', 'published'],
      ['draft', 'post', 'draft'],
      ['later', 'post', 'draft'],
      ['live', 'post', 'published'],
      ['over', 'post', 'draft'],
      ['undated', 'page', 'published'],
    ])
  })

  it('aliases, addresses and patterns of addresses are the former addresses', async () => {
    const { posts } = await readHugo({
      'config.yaml': 'baseURL: https://old.example/\npermalinks:\n  posts: /:year/:month/:slug/\n',
      'content/posts/One Walk.md': toml('x', 'aliases = ["/old/one.html", "before"]\nslug = "first"\n'),
      'content/posts/two.md': toml('x', 'url = "/two.html"\n'),
      'content/notes/2015-03-01-three.md': '---\ntitle: Three\n---\nx',
    })
    const by = new Map(posts.map(({ slug, formerAddresses }) => [slug, formerAddresses]))
    expect(by.get('first')).toEqual(['/2015/01/first/', '/old/one.html', '/2015/01/before'])
    expect(by.get('two')).toEqual(['/two.html'])
    expect(by.get('2015-03-01-three')).toEqual(['/notes/2015-03-01-three/'])
  })

  it.each([
    ['{{< ref "b.md" >}}', '[x]({{< ref "b.md" >}})', '[x](/posts/b)'],
    ['relref with a fragment', '[x]({{< relref "/posts/b#end" >}})', '[x](/posts/b#end)'],
    ['ref to a bundle', '[x]({{% ref "posts/c" %}})', '[x](/posts/c)'],
    ['a path', '[x](/blog/posts/b/) [y](../c/)', '[x](/posts/b) [y](/posts/c)'],
    [
      'highlight',
      '{{< highlight go "linenos=table" >}}\nx := "{{< y >}}"\n{{< / highlight >}}',
      '```go\nx := "{{< y >}}"\n```',
    ],
    [
      'figure',
      '{{< figure src="https://else.example/a.jpg" alt="A gull" caption="By *Jo*" >}}',
      '![A gull](https://else.example/a.jpg)\n\nBy *Jo*',
    ],
    [
      'a figure within words',
      'One {{< figure src="https://else.example/a.jpg" >}} two',
      'One\n\n![](https://else.example/a.jpg)\n\n two',
    ],
    [
      'youtube',
      '{{< youtube w7Ft2ymGmfc >}}',
      '[Video on YouTube](https://www.youtube.com/watch?v=w7Ft2ymGmfc)',
    ],
    ['a shortcode of a theme', '{{% notice tip %}}Words *stay*.{{% /notice %}}', 'Words *stay*.'],
    ['a shortcode to be shown', '`{{</* ref "b" */>}}`', '`{{< ref "b" >}}`'],
    ['one that never closes', 'a {{< b', 'a {{< b'],
    ['a heading with an id', '## Words {#id}\n\n<!--more-->\nx', '## Words\n\nx'],
  ])('a text with %s becomes Markdown', async (_what, body, expected) => {
    const { posts } = await readHugo({
      ...config,
      'content/posts/a.md': toml(body),
      'content/posts/b.md': toml('B'),
      'content/posts/c/index.md': toml('C'),
    })
    expect(posts.find(({ slug }) => slug === 'a')?.content).toBe(expected)
  })

  it('a file that cannot be read is refused by itself, with the reason', async () => {
    const { posts, refused } = await readHugo({
      ...config,
      'content/posts/good.md': toml('x'),
      'content/posts/toml.md': '+++\ntitle = \n+++\nx',
      'content/posts/open.md': '+++\ntitle = "x"\nx',
      'content/posts/json.md': '{"title": "x"',
      'content/posts/date.md': '+++\ntitle = "x"\ndate = "soon"\n+++\nx',
      'content/posts/deep.md': `+++\na = ${'['.repeat(400)}${']'.repeat(400)}\n+++\nx`,
      'content/posts/bytes.md': new Uint8Array([0xff, 0xfe, 0x41]),
    })
    expect(posts.map(({ slug }) => slug)).toEqual(['good'])
    expect(refused.map(({ where, reason }) => [where.slice('content/posts/'.length), reason])).toEqual(
      expect.arrayContaining([
        ['toml.md', expect.stringContaining('TOML that cannot be read')],
        ['open.md', 'has front matter that never ends'],
        ['json.md', 'has front matter that never ends'],
        ['date.md', expect.stringContaining('"soon"')],
        ['deep.md', expect.stringContaining('nested')],
        ['bytes.md', 'is not UTF-8'],
      ]),
    )
  })

  it('settings and the main menu of the configuration are read, in one file or several', async () => {
    const files = {
      'config/_default/hugo.toml':
        'baseURL = "https://old.example"\ntitle = "Tides"\nlanguageCode = "de-DE"\ntimeZone = "Europe/Berlin"\n',
      'config/_default/params.toml': 'description = "Water"\n',
      'config/_default/menus.toml':
        '[[main]]\nname = "Out"\nurl = "https://else.example"\nweight = 2\n[[main]]\nname = "A"\npageRef = "/posts/a"\nweight = 1\n',
      'content/posts/a.md': toml('x'),
    }
    const { blog } = await readHugo(files)
    expect(blog.settings?.(new Map([[blog.wanted[0]?.key ?? '', 'a']])).values).toEqual({
      ...{ title: 'Tides', description: 'Water', language: 'de-DE', timeZone: 'Europe/Berlin' },
      navigation: [
        { label: 'A', address: '/posts/a' },
        { label: 'Out', address: 'https://else.example' },
      ],
    })
    expect([blog.format, blog.identity]).toEqual(['hugo', 'old.example'])
  })

  it('a site without texts is refused as a whole', async () => {
    await expect(readHugo({ ...config, 'content/a.txt': 'x' })).rejects.toThrow('Hugo site without texts')
  })
})
