import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openFolder } from '../src/jekyll/read-folder.ts'
import { limits } from '../src/limits.ts'
import { collect, only } from '../src/testing/collect.ts'
import { withFolder } from '../src/testing/make-export.ts'
import { comment, type Files, good, now, read, write } from '../src/testing/make-folder.ts'

describe('a Jekyll folder', () => {
  it('a Jekyll folder without posts is no blog', async () => {
    await expect(read({ 'readme.md': '# Hello' })).rejects.toThrow(/not a Jekyll blog/)
  })

  it('a Jekyll folder has posts in folders, drafts and pages', async () => {
    const { posts, skipped } = await read({
      '_posts/2020-01-02-one.md': good,
      'travel/_posts/deep/2020-01-03-two.markdown': good,
      '_drafts/three.md': good,
      'about.md': '---\ntitle: About\n---\nMe.',
      'index.md': '---\nlayout: home\n---\n',
      'README.md': '# Not a page',
    })
    expect(
      posts.map(({ slug, kind, status, tags, createdAt }) => [
        slug,
        kind,
        status,
        tags,
        createdAt.slice(0, 10),
      ]),
    ).toEqual([
      ['one', 'post', 'published', [], '2020-01-02'],
      ['two', 'post', 'published', ['travel'], '2020-01-03'],
      ['three', 'post', 'draft', [], '2020-01-03'],
      ['about', 'page', 'published', [], '2020-01-03'],
    ])
    expect(skipped.map(({ where }) => where)).toEqual(['README.md', 'index.md'])
  })

  it('a Jekyll folder has the keys of its address, or of its first text, or as told', async () => {
    const keyOf = async (files: Files, identity?: string) =>
      withFolder(async (folder) => {
        await write(folder, files)
        return (await collect(await openFolder({ folder, identity, now }))).posts[0]?.key
      })
    const files = { '_posts/2020-01-02-one.md': good }
    expect(await keyOf(files)).toBe('jekyll:since:_posts/2020-01-02-one.md:_posts/2020-01-02-one.md')
    expect(await keyOf({ ...files, '_posts/2021-01-01-two.md': good })).toBe(await keyOf(files))
    expect(await keyOf({ ...files, '_config.yml': 'url: https://blog.example\nbaseurl: /b/' })).toBe(
      'jekyll:blog.example/b:_posts/2020-01-02-one.md',
    )
    expect(await keyOf(files, 'mine')).toBe('jekyll:mine:_posts/2020-01-02-one.md')
  })

  it('a Jekyll folder names authors as posts, its authors list or its configuration do', async () => {
    const { posts } = await read({
      '_config.yml': 'author:\n  name: Ann Owner\n',
      '_data/authors.yml': 'bob:\n  name: Bob Guest\n',
      '_posts/2020-01-01-a.md': good,
      '_posts/2020-01-02-b.md': '---\ntitle: B\nauthor: bob\n---\n',
      '_posts/2020-01-03-c.md': '---\ntitle: C\nauthor: Carl\n---\n',
    })
    expect(posts.map(({ authorName }) => authorName)).toEqual(['Ann Owner', 'Bob Guest', 'Carl'])
  })

  it('a Jekyll folder does not follow links out of itself', async () => {
    await withFolder(async (outside) => {
      await write(outside, { '2020-01-01-secret.md': good })
      await withFolder(async (folder) => {
        await write(folder, { '_posts/2020-01-02-one.md': good })
        await symlink(join(outside, '2020-01-01-secret.md'), join(folder, '_posts/2020-01-01-secret.md'))
        await symlink(outside, join(folder, '_posts/more'))
        expect((await collect(await openFolder({ folder, now }))).posts).toHaveLength(1)
      })
    })
  })
})

describe('a post', () => {
  it.each([
    ['bad YAML', '---\ntitle: "Open\n---\n', /YAML that cannot be read in line \d/],
    ['front matter that is a list', '---\n- a\n---\n', /not a list of names and values/],
    ['front matter that never ends', '---\ntitle: A\n', /never ends/],
    [
      'aliases that multiply',
      `---\na: &a [x, x, x, x]\n${Array.from({ length: 8 }, (_, i) => `${'bcdefghi'[i]}: &${'bcdefghi'[i]} [*${'abcdefgh'[i]}, *${'abcdefgh'[i]}, *${'abcdefgh'[i]}, *${'abcdefgh'[i]}]`).join('\n')}\n---\n`,
      /alias/i,
    ],
    ['too much text', `---\ntitle: A\n---\n${'word '.repeat(41_000)}`, /content: must be at most/],
    ['what is not UTF-8', Buffer.from('---\ntitle: Caf\xe9\n---\n', 'latin1'), /not UTF-8/],
    ['more bytes than the bound', Buffer.alloc(limits.fileBytesMax + 1, 'x'), /longer than/],
  ])(
    'a post of a Jekyll folder with %s is refused with its comments by its file, and the rest goes on',
    async (_name, content, reason) => {
      const { posts, comments, refused } = await read({
        '_posts/2020-01-01-bad.md': content,
        '_posts/2020-01-02-good.md': good,
        '_data/comments/bad/comment-1.yml': comment(),
      })
      expect(posts.map(({ title }) => title)).toEqual(['Good'])
      expect(comments).toEqual([])
      expect(refused).toMatchObject([
        { where: '_posts/2020-01-01-bad.md', reason: expect.stringMatching(reason) },
        { where: '_data/comments/bad/comment-1.yml', reason: 'its post was refused' },
      ])
    },
  )

  it('a post of a Jekyll folder whose date does not exist is refused', async () => {
    const { refused } = await read({ '_posts/2020-02-31-bad.md': good })
    expect(only(refused).reason).toContain('2020-02-31')
  })

  it('a post of a Jekyll folder takes the date of its name where its front matter has none that can be read', async () => {
    const { posts, notes } = await read({ '_posts/2020-01-02-a.md': '---\ntitle: A\ndate: soon\n---\n' })
    expect(only(posts).createdAt).toBe('2020-01-02T00:00:00.000Z')
    expect(only(notes).reason).toContain('"soon"')
  })

  it('a post of a Jekyll folder without front matter is skipped, as Jekyll does', async () => {
    const { posts, skipped } = await read({
      '_posts/2020-01-01-a.md': 'Text',
      '_posts/2020-01-02-b.md': good,
    })
    expect(posts).toHaveLength(1)
    expect(only(skipped).reason).toContain('no front matter')
  })

  it('a post of a Jekyll folder is a draft where it says so, or is dated in the future', async () => {
    const { posts } = await read({
      '_posts/2020-01-01-a.md': '---\ntitle: A\npublished: false\n---\n',
      '_posts/2020-01-02-b.md': '---\ntitle: B\npublished: no\n---\n',
      '_posts/2030-01-01-c.md': '---\ntitle: C\n---\n',
    })
    expect(posts.map(({ status, publishedAt }) => [status, publishedAt])).toEqual(
      Array(3).fill(['draft', null]),
    )
  })

  it('a post of a Jekyll folder without a title gets one from its name; aliases, dates and Windows line ends are read', async () => {
    const { posts } = await read({
      '_posts/2020-01-01-hello-big_world.md': '---\ntags: one two\n---\n',
      '_posts/2020-01-02-b.md':
        '\ufeff---\r\ntitle: B\r\ndate: 2020-05-05 10:00:00 +0200\r\nimage: &i /a.jpg\r\nother: *i\r\ncategory: Big Things\r\n---\r\nOne\r\ntwo\r\n',
    })
    expect(posts[0]).toMatchObject({ title: 'Hello Big World', tags: ['one', 'two'] })
    expect(posts[1]).toMatchObject({
      createdAt: '2020-05-05T08:00:00.000Z',
      tags: ['Big Things'],
      content: 'One\ntwo',
    })
  })
})
