import { describe, expect, it } from 'vitest'
import { openFolder } from '../src/jekyll/read-folder.ts'
import { collect } from '../src/testing/collect.ts'
import { exportXml, itemXml, withFile, withFolder } from '../src/testing/make-export.ts'
import { now, read, write } from '../src/testing/make-folder.ts'
import { openExport } from '../src/wordpress/read-export.ts'

describe('what a text of a folder brings along', () => {
  it.each([
    ['image: /a.jpg', 'https://old.example/a.jpg'],
    ['image: a.jpg', 'https://old.example/a.jpg'],
    ['image:\n  path: &i /b.jpg\n  feature: *i', 'https://old.example/b.jpg'],
    ['header:\n  overlay_image: /c d.jpg', 'https://old.example/c%20d.jpg'],
    ['cover: https://else.example/e.jpg', 'https://else.example/e.jpg'],
    ['image: "{{ site.url }}/f.jpg"', 'https://old.example/f.jpg'],
    ['image:\n  width: 7', null],
    ['image: true', null],
  ])('the cover of a post is read from front matter: %s', async (front, cover) => {
    const { posts, notes } = await read({
      '_config.yml': 'url: https://old.example\n',
      '_posts/2015-01-02-a.md': `---\ntitle: A\n${front}\n---\nText.\n`,
    })
    expect([posts[0]?.cover, notes]).toEqual([cover, []])
  })

  it.each([
    ['', '', false],
    ['comments: false', '', true],
    ['comments_locked: true', '', true],
    ['comments: true', 'defaults:\n  - scope: {path: ""}\n    values: {comments: false}\n', false],
    ['', 'defaults:\n  - scope: {path: "", type: posts}\n    values: {comments: false}\n', true],
  ])('closed comments are read from front matter and configuration: %s %s', async (front, config, closed) => {
    const { posts } = await read({
      '_config.yml': `title: x\n${config}`,
      '_posts/2015-01-02-a.md': `---\ntitle: A\n${front}\n---\nText.\n`,
    })
    expect(posts[0]?.commentsClosed).toBe(closed)
  })

  it.each([
    ['', '', ['/b/2015/01/02/a.html']],
    ['categories: [Big Things, x]', '', ['/b/big%20things/x/2015/01/02/a.html']],
    ['', 'permalink: pretty\n', ['/b/2015/01/02/a/']],
    ['', 'permalink: /:year/:i_month/:title\n', ['/b/2015/1/a']],
    ['permalink: /else/', '', ['/b/else/']],
    ['redirect_from: /old', '', ['/b/2015/01/02/a.html', '/b/old']],
    ['redirect_from: [/old/, one.html, "/a b"]', '', ['/b/2015/01/02/a.html', '/b/old/', '/b/one.html']],
  ])(
    'former addresses are read from front matter and configuration: %s %s',
    async (front, config, addresses) => {
      const { posts } = await read({
        '_config.yml': `baseurl: b\n${config}`,
        '_posts/2015-01-02-a.md': `---\ntitle: A\n${front}\n---\nText.\n`,
      })
      expect(posts[0]?.formerAddresses).toEqual(addresses)
    },
  )
})

describe('a folder that does not say where it stood', () => {
  const files = {
    '_posts/2015-01-02-a.md':
      '---\ntitle: A\nimage: /c.jpg\n---\n![p](/p.png) [q](https://old.example/b/2015/01/02/a.html)\n',
  }
  const readAt = (site?: string) =>
    withFolder(async (folder) => {
      await write(folder, files)
      return collect(await openFolder({ folder, site, now }))
    })

  it('a folder that does not name its site says so, and is read with the site that is given', async () => {
    const unknown = await readAt()
    expect(unknown.posts[0]).toMatchObject({ cover: '/c.jpg', content: expect.stringContaining('(/p.png)') })
    expect(unknown.notes.map(({ reason }) => reason)).toEqual([expect.stringContaining('--site')])
    const told = await readAt('https://old.example/b')
    expect(told.notes).toEqual([])
    expect(told.posts[0]).toMatchObject({
      key: unknown.posts[0]?.key,
      cover: 'https://old.example/c.jpg',
      content: '![p](https://old.example/p.png) [q](/posts/a)',
    })
  })
})

describe('what an item of an export brings along', () => {
  it('an item of an export brings its featured picture, whether comments are closed, and its former addresses', async () => {
    const meta = (key: string, value: string) =>
      `<wp:postmeta><wp:meta_key>${key}</wp:meta_key><wp:meta_value>${value}</wp:meta_value></wp:postmeta>`
    const items = [
      itemXml({
        id: 1,
        fields: { link: 'http://www.blog.example.org/2015/a/', 'wp:comment_status': 'closed' },
        inside: meta('_edit_last', '1') + meta('_thumbnail_id', '9'),
      }),
      itemXml({
        id: 2,
        fields: { link: 'https://blog.example.org/?p=2', 'wp:comment_status': 'open' },
        inside: meta('_thumbnail_id', '10'),
      }),
      itemXml({ id: 3, fields: { link: 'https://else.example/2015/c/' } }),
      itemXml({
        id: 9,
        fields: { 'wp:post_type': 'attachment', 'wp:attachment_url': 'https://blog.example.org/9.jpg' },
      }),
    ]
    await withFile(exportXml({ items }), async (file) => {
      const { posts, notes } = await collect(await openExport({ file, now }))
      expect(
        posts.map(({ cover, commentsClosed, formerAddresses }) => [cover, commentsClosed, formerAddresses]),
      ).toEqual([
        ['https://blog.example.org/9.jpg', true, ['/2015/a/', '/?p=1']],
        [null, false, ['/?p=2']],
        [null, false, ['/?p=3']],
      ])
      expect(notes.map(({ reason }) => reason)).toEqual(['had a featured picture that is not in the export'])
    })
  })
})
