import { cases } from '@logbook/chassis/testing/cases.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Collected } from '../src/testing/collect.ts'
import { comment, type Files, good, read } from '../src/testing/make-folder.ts'

const page = (title: string) => `---\ntitle: ${title}\n---\nText of ${title}.\n`

/** The file that an entry is about. */
const fileOf = (where: string): string => where.replace(/, [^/]*$/, '')

/** Every file with what became of it, as often as it is told. */
const fates = ({ entries }: Collected): string[] =>
  entries.flatMap((entry) => {
    if (entry.type === 'note' || entry.type === 'progress') return []
    // A stand-in is made for a thread and is no file.
    return entry.type === 'post' && entry.where.startsWith('_data/comments/') ? [] : [fileOf(entry.where)]
  })

describe('the files of a folder', () => {
  it('the files of a Jekyll folder come, or are named with the reason', async () => {
    const { posts, comments, skipped, refused } = await read({
      '_config.yml': 'collections:\n  notes:\n    output: true\n  drafts_of_old: {}\n',
      '_posts/2015-01-01-one.md': good,
      '_posts/2009-01-01-old.textile': good,
      '_posts/2009-01-02-other.adoc': good,
      '_posts/2009-01-03-picture.png': 'x',
      '_posts/2009-01-04-Bad.md': '---\ntitle: [\n---\n',
      '_notes/first.md': page('A note'),
      '_drafts_of_old/a.md': page('Hidden'),
      'about/index.md': page('About'),
      'deep/er/contact.html': '---\ntitle: Contact\n---\n<p>Mail <b>us</b>.</p>\n',
      'tags.html': '---\ntitle: Tags\n---\n{% for tag in site.tags %}{{ tag }}{% endfor %}\n',
      'assets/a.png': 'x',
      '_layouts/post.html': '<p>',
      '_data/menu.yml': 'a: 1',
      '_data/comments/one.yml': '- {name: Kim, message: Hi}\n',
      '_data/comments/one/notes.txt': 'x',
      '.gitignore': '_site',
      'README.md': '# Hello',
    })
    expect(posts.map(({ title, kind, slug, content }) => [title, kind, slug, content])).toEqual([
      ['Good', 'post', 'one', 'Text.'],
      ['Contact', 'page', 'contact', 'Mail **us**.'],
      ['A note', 'page', 'first', 'Text of A note.'],
      ['About', 'page', 'about', 'Text of About.'],
    ])
    expect(comments).toHaveLength(1)
    expect(refused.map(({ where }) => where)).toEqual(['_posts/2009-01-04-Bad.md'])
    expect(Object.fromEntries(skipped.map(({ where, reason }) => [where, reason.slice(0, 24)]))).toEqual({
      '_config.yml': 'is configuration',
      '_posts/2009-01-01-old.textile': 'is Textile; only Markdow',
      '_posts/2009-01-02-other.adoc': 'is AsciiDoc; only Markdo',
      '_posts/2009-01-03-picture.png': 'is a file beside texts, ',
      '_drafts_of_old/a.md': 'is of the folder _drafts',
      'tags.html': 'has no text of its own: ',
      'assets/a.png': 'is a file (picture, scri',
      '_layouts/post.html': 'belongs to the theme',
      '_data/menu.yml': 'is data for the theme',
      '_data/comments/one/notes.txt': 'is no YAML or JSON, whic',
      '.gitignore': 'is hidden',
      'README.md': 'describes the folder',
    })
  })

  it('the files of a Jekyll folder are each imported, skipped or refused, exactly once, whatever they are', async () => {
    const folder = fc.constantFrom(
      '',
      '_posts/',
      'a/_posts/',
      '_drafts/',
      '_pages/',
      'b/',
      '_notes/',
      '_data/',
      '_data/comments/',
      '_data/comments/2015-01-01-x/',
      '_data/comments/c/',
      '_layouts/',
      'assets/',
      '_site/',
      '.hidden/',
      'vendor/',
    )
    const name = fc.constantFrom(
      '2015-01-01-x',
      '2015-02-31-y',
      'index',
      'c',
      'README',
      '_config',
      '404',
      '.dot',
      'Z z',
    )
    const ending = fc.constantFrom(
      '.md',
      '.markdown',
      '.html',
      '.textile',
      '.adoc',
      '.yml',
      '.json',
      '.png',
      '.txt',
      '',
    )
    const content = fc.constantFrom(
      good,
      page('P'),
      comment(),
      `- ${comment().replaceAll('\n', '\n  ')}`,
      '{"a": 1}',
      '[]',
      'plain',
      '',
      '---\ntitle: [\n---\n',
      '---\nlayout: home\n---\n',
    )
    const file = fc.tuple(folder, name, ending, content)
    await fc.assert(
      fc.asyncProperty(fc.array(file, { maxLength: 12 }), async (made) => {
        const files: Files = Object.fromEntries([
          ...made.map(([where, called, ends, text]) => [`${where}${called}${ends}`, text]),
          ['_posts/2020-01-01-first.md', good],
        ])
        const told = fates(await read(files))
        expect(new Set(told)).toEqual(new Set(Object.keys(files)))
        // One file may hold several comments; all others are told of once.
        const single = told.filter((path) => !path.startsWith('_data/comments/'))
        expect(single).toHaveLength(new Set(single).size)
      }),
      cases(40),
    )
  })
})

describe('the progress of a folder', () => {
  it('the progress of a Jekyll folder is even, whether a thread is under a post or alone, and ends at its whole', async () => {
    const threads = Object.fromEntries(
      ['one', 'two', 'gone'].flatMap((thread) =>
        Array.from({ length: 4 }, (_, n) => [`_data/comments/${thread}/c-${n}.yml`, comment()]),
      ),
    )
    const { entries } = await read({
      '_posts/2015-01-02-one.md': good,
      '_posts/2015-01-03-two.md': good,
      'page.md': page('P'),
      ...threads,
    })
    const steps = entries.flatMap((entry) => (entry.type === 'progress' ? [entry.done / entry.total] : []))
    expect(steps).toEqual([5, 10, 11, 15].map((done) => done / 15))
  })
})

describe('a thread', () => {
  const text = (front = '') => `---\ntitle: What's new in v1.2?\n${front}---\nText.\n`

  it.each([
    ['its name', 'fish--chips'],
    ['its name with single dashes', 'fish-chips'],
    ['its dated name', '2015-01-02-fish--chips'],
    ['its title', 'what-s-new-in-v1-2'],
    ['its title without marks', 'whats-new-in-v12'],
    ['the slug in its front matter', 'my-slug'],
    ['its address', '2015-01-02-a-b'],
    ['the end of its address', 'a-b'],
    ['the folders of its address', '2015/01/02/a.b'],
    ['its name in another case and form', 'Fish_Chips'],
  ])('a thread of a Jekyll folder that is named by %s stands under its post', async (_name, thread) => {
    const slug = thread === 'my-slug' ? 'slug: my-slug\n' : ''
    const { posts, comments, notes } = await read({
      '_posts/2015-01-02-fish--chips.md': text(`permalink: /2015/01/02/a.b/\n${slug}`),
      '_posts/2016-01-02-other.md': good,
      [`_data/comments/${thread}/c.yml`]: comment(),
    })
    expect(posts).toHaveLength(2)
    expect(comments.map(({ postKey }) => postKey)).toEqual([posts[0]?.key])
    expect(notes).toEqual([])
  })

  it('a thread whose name has dots, and one in a single file, both stand under their post', async () => {
    const { posts, comments } = await read({
      '_posts/2015-01-02-version-1.2.3.md': good,
      '_posts/2015-01-03-version-1.2.4.md': good,
      '_data/comments/version-1.2.3/a.yml': comment(),
      '_data/comments/version-1-2-4.yml': `- ${comment().replaceAll('\n', '\n  ')}`,
      '_data/comments/version-1-2-3/b.yml': comment(),
    })
    expect(posts).toHaveLength(2)
    expect(comments.map(({ postKey }) => posts.findIndex(({ key }) => key === postKey))).toEqual([0, 0, 1])
  })

  it('a thread of a Jekyll folder whose name no text has stands under the one that its comments name', async () => {
    const { posts, comments } = await read({
      '_config.yml': 'permalink: /:year/:title/\n',
      '_posts/2015-01-02-one.md': good,
      '_data/comments/5a1b/c.yml': comment({ _parent: 'https://old.example/2015/one/' }),
    })
    expect(posts).toHaveLength(1)
    expect(comments).toHaveLength(1)
  })

  it('a thread of a Jekyll folder that two texts could have is not given to either', async () => {
    const { posts, notes } = await read({
      '_posts/2015-01-02-one.md': text(),
      '_posts/2015-01-03-two.md': text(),
      '_data/comments/whats-new-in-v12/c.yml': comment(),
    })
    expect(posts.map(({ kind, status }) => [kind, status])).toEqual([
      ['post', 'published'],
      ['post', 'published'],
      ['page', 'draft'],
    ])
    expect(notes.map(({ reason }) => reason)).toContainEqual(expect.stringContaining('Posts and drafts'))
  })
})

describe('a text', () => {
  it('a text of a Jekyll folder that is HTML is read as HTML: stars, indentation and numbers are what they are', async () => {
    const { posts } = await read({
      '_config.yml': 'url: https://old.example\n',
      '_posts/2010-01-01-html.html':
        '---\ntitle: H\n---\n<p>Two *stars* and a _line_.</p>\n\n    <p>Indented.</p>\n\n1986. A year. <img src="/a.png"> {{ site.url }}\n{% highlight js %}\na < b\n{% endhighlight %}\n',
    })
    expect(posts[0]?.content).toBe(
      'Two \\*stars\\* and a \\_line\\_.\n\nIndented.\n\n1986\\. A year. ![](https://old.example/a.png) <https://old.example>\n\n```js\na < b\n```',
    )
  })

  it.each([
    ['', '“a” – {: .b}', 'Term'],
    ['markdown: CommonMarkGhPages\n', '"a" -- {: .b}', 'Term\n: what'],
  ])('a text of a Jekyll folder is read as the configuration says: %j', async (config, words, term) => {
    const { posts } = await read({
      '_config.yml': `title: x\n${config}`,
      '_posts/2010-01-01-a.md': '---\ntitle: A\n---\n"a" -- {: .b}\n\nTerm\n: what\n',
    })
    expect(posts[0]?.content).toContain(term)
    expect(posts[0]?.content.startsWith(words.replace(' {: .b}', ''))).toBe(true)
    expect(posts[0]?.content.includes('{: .b}')).toBe(config !== '')
    expect(posts[0]?.content.includes('<dl>')).toBe(config === '')
  })

  it('a text of a Jekyll folder has the entities of its front matter decoded', async () => {
    const { posts } = await read({
      '_posts/2014-12-30-fish.md':
        '---\ntitle: "Fish &amp; chips: what&#8217;s <new>"\ntags: [salt&amp;vinegar]\nauthor: "Ann &amp; Bob"\ndescription: "Salt &#8212; always &nope;"\n---\nBody.\n',
    })
    expect(posts[0]).toMatchObject({
      title: 'Fish & chips: what’s <new>',
      tags: ['salt&vinegar'],
      authorName: 'Ann & Bob',
      excerpt: 'Salt — always &nope;',
    })
  })
})
