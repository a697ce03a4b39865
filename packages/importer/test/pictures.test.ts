import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openBlog } from '../src/open-blog.ts'
import type { ImportPicture } from '../src/pictures/picture.ts'
import { withPictures } from '../src/pictures/with-pictures.ts'
import { type Collected, collect } from '../src/testing/collect.ts'
import { exportXml, itemXml, withFile, withFolder } from '../src/testing/make-export.ts'
import { type Files, now, write } from '../src/testing/make-folder.ts'

const open = async (path: string, site?: string): Promise<Collected> =>
  collect(withPictures(await openBlog({ path, now, site })))

/** Reads a Jekyll folder of these files, and says of each picture where it comes from within the folder. */
const readFolder = (files: Files) =>
  withFolder(async (folder) => {
    await write(folder, files)
    const found = await open(folder)
    const from = ({ from: source }: ImportPicture) =>
      'file' in source ? source.file.slice(folder.length + 1) : source.url
    return { ...found, from: found.pictures.map(from) }
  })

/** The text of the only post, each of its addresses replaced by `<how it is used>:<name of the picture>`. */
const placed = ({ entries, pictures }: Collected): string => {
  const names = new Map(pictures.map(({ id, name }) => [id, name]))
  const [post] = entries.filter((entry) => entry.type === 'post')
  if (post === undefined) throw new Error('there is no post')
  const { item, pictures: places = [] } = post
  const [content, cover] = places.toReversed().reduce(
    ([before, coverBefore], { as, at, was, mediumId }) => {
      const here = `/api/media/${as}/${names.get(mediumId)}`
      if (as === 'cover') return [before, here]
      expect(before.startsWith(was, at)).toBe(true)
      return [before.slice(0, at) + here + before.slice(at + was.length), coverBefore]
    },
    [item.content, item.cover],
  )
  return cover ? `${content} cover: ${cover}` : `${content}`
}

const text = (body: string, front = '') => `---\ntitle: A\n${front}---\n${body}\n`
const jpg = new Uint8Array([0xff, 0xd8])
const config = { '_config.yml': 'url: https://old.example\nbaseurl: /blog\n' }
const post = '_posts/2015-01-02-a.md'

describe('the pictures of a folder', () => {
  it.each<[string, string, string]>([
    ['a path on the site', '![x](/assets/a.jpg)', 'assets/a.jpg'],
    ['a path below the base', '![x]({{ site.baseurl }}/assets/a.jpg)', 'assets/a.jpg'],
    ['a filter', "![x]({{ '/assets/a.jpg' | relative_url }})", 'assets/a.jpg'],
    ['the whole address', '![x](http://www.old.example/blog/assets/a.jpg?v=2#top)', 'assets/a.jpg'],
    ['an image element', '<img src="/assets/a.jpg" srcset="/assets/b.jpg 2x" alt="x">', 'assets/a.jpg'],
    ['a definition', '![x][it]\n\n[it]: /assets/a.jpg', 'assets/a.jpg'],
    ['dots', '![x](/assets/other/../a.jpg)', 'assets/a.jpg'],
    ['percent signs', '![x](/assets/%61.jpg)', 'assets/a.jpg'],
    ['a percent sign that encodes nothing', '![x](</assets/50% z\u00fc.jpg>)', 'assets/50% z\u00fc.jpg'],
    ['another form of Unicode', '![x](/assets/z\u00fcrich.jpg)', 'assets/zu\u0308rich.jpg'],
    ['a file beside the text', '![x](beside.jpg)', '_posts/beside.jpg'],
    ['a folder beside the text', '![x](a/inside.jpg)', '_posts/a/inside.jpg'],
    ['a folder that Hugo publishes', '![x](/b.jpg)', 'static/b.jpg'],
    ['a link to a document', '[x](/assets/c.pdf)', 'assets/c.pdf'],
  ])('a picture of a folder is found by %s', async (_what, body, file) => {
    const files = [
      'assets/a.jpg',
      'assets/b.jpg',
      'assets/c.pdf',
      'assets/zu\u0308rich.jpg',
      'static/b.jpg',
      'assets/50% z\u00fc.jpg',
    ]
    const all = [...files, '_posts/beside.jpg', '_posts/a/inside.jpg']
    const found = await readFolder({
      ...config,
      [post]: text(body),
      ...Object.fromEntries(all.map((path) => [path, jpg])),
    })
    expect([found.from, found.refused]).toEqual([[file], []])
    expect(placed(found)).toMatch(/\/(?:shown|linked)\//)
    const left = found.skipped.filter(({ reason }) => reason === 'is a picture or file that no text shows')
    expect(left.map(({ where }) => where).sort()).toEqual(all.filter((path) => path !== file).sort())
  })

  it('a picture of a folder comes once, before the first text that uses it, in each of its places, with its words and name', async () => {
    const body = '[![A heron](/a/heron.jpg)](/a/heron.jpg) `![](/a/heron.jpg)` ![again](/a/heron.jpg "Title")'
    const found = await readFolder({
      [post]: text(body, 'image: /a/heron.jpg\nimage_alt: Grey\n'),
      '_posts/2015-01-03-b.md': text('![](/a/heron.jpg)'),
      'a/heron.jpg': jpg,
    })
    expect(placed(found)).toBe(
      '[![A heron](/api/media/shown/heron.jpg)](/api/media/linked/heron.jpg) `![](/a/heron.jpg)` ![again](/api/media/shown/heron.jpg "Title") cover: /api/media/cover/heron.jpg',
    )
    const kinds = found.entries.flatMap(({ type }) => (type === 'picture' || type === 'post' ? [type] : []))
    expect(kinds).toEqual(['picture', 'post', 'post'])
    expect(found.pictures).toMatchObject([{ name: 'heron.jpg', alt: 'Grey', focus: null }])
  })

  it('a picture of another folder of the site is not taken for one of the same name beside the text', async () => {
    const found = await readFolder({ ...config, [post]: text('![](/other/a.jpg)'), '_posts/a.jpg': jpg })
    expect(found.from).toEqual(['https://old.example/other/a.jpg'])
  })

  it('a picture that a folder has not comes by link from the site, and one of another host stays there', async () => {
    const body =
      '![](/gone.jpg?x=1) ![](https://else.example/b.jpg) ![](/pixel?id=7) [page](/about.html) [doc](/d.pdf)'
    const found = await readFolder({ ...config, [post]: text(body) })
    expect(found.from).toEqual([
      'https://old.example/gone.jpg',
      'https://old.example/pixel?id=7',
      'https://old.example/d.pdf',
    ])
    expect(placed(found)).toContain('(https://else.example/b.jpg)')
    const nowhere = await readFolder({ [post]: text(body) })
    expect([nowhere.from, nowhere.notes]).toEqual([
      [],
      [expect.objectContaining({ reason: expect.stringContaining('--site') })],
    ])
  })

  it.each([
    '../secret.jpg',
    '/../../secret.jpg',
    '/%2e%2e/%2e%2e/secret.jpg',
    '/a%2f..%2f..%2fsecret.jpg',
    '\\..\\secret.jpg',
    'file:///etc/hostname.jpg',
    '/etc/hostname',
    '/linked.jpg',
    '/outside/secret.jpg',
    '/.hidden/a.jpg',
    'javascript:a.jpg',
    '//',
    'http://[::1/a.jpg',
  ])('the address %s leads to no file outside of the folder', async (address) => {
    const found = await withFolder(async (folder) => {
      const blog = join(folder, 'blog')
      await write(folder, {
        [`blog/${post}`]: text(`![x](<${address}>) <img src="${address}">`),
        'secret.jpg': jpg,
        'blog/.hidden/a.jpg': jpg,
      })
      await symlink(join(folder, 'secret.jpg'), join(blog, 'linked.jpg'))
      await symlink(folder, join(blog, 'outside'))
      await symlink('/etc', join(blog, 'etc'))
      return open(blog)
    })
    expect([found.posts.length, found.pictures]).toEqual([1, []])
  })
})

describe('the pictures of an export of WordPress', () => {
  const attachment = (id: number, url: string, alt = '') =>
    itemXml({
      id,
      fields: { 'wp:post_type': 'attachment', 'wp:attachment_url': url, title: `Attachment ${id}` },
      inside: `<wp:postmeta><wp:meta_key>_wp_attachment_image_alt</wp:meta_key><wp:meta_value>${alt}</wp:meta_value></wp:postmeta>`,
    })
  const up = 'https://blog.example.org/wp-content/uploads'
  const read = (content: string, attachments: readonly string[], inside = '') =>
    withFile(
      exportXml({
        items: [itemXml({ id: 1, fields: { 'content:encoded': content }, inside }), ...attachments],
      }),
      open,
    )

  it.each([
    [`${up}/heron.jpg`],
    [`${up}/heron-300x200.jpg`],
    ['http://www.blog.example.org/wp-content/uploads/heron-1024x768.jpg?ssl=1'],
    ['/wp-content/uploads/heron.jpg'],
    ['https://i1.wp.com/blog.example.org/wp-content/uploads/heron.jpg?w=300&amp;ssl=1'],
  ])('an attachment is found by the address %s, and comes whole by link, with its words', async (address) => {
    const found = await read(`<img src="${address}" alt="">`, [
      attachment(7, `${up}/heron.jpg`, 'A heron &amp; reeds'),
      attachment(8, `${up}/unused.jpg`),
    ])
    expect(found.pictures).toMatchObject([
      { name: 'heron.jpg', alt: 'A heron & reeds', from: { url: `${up}/heron.jpg` } },
    ])
    expect(placed(found)).toBe('![](/api/media/shown/heron.jpg)')
    expect(found.skipped).toMatchObject([{ where: expect.stringContaining('attachment 8') }])
  })

  it('the featured picture is the cover with its words, and a gallery shows its attachments with theirs', async () => {
    const found = await read(
      `[gallery ids="8"] <img src="${up}/big-640x480.jpg"> <a href="${up}/notes.pdf">Notes</a> <img src="${up}/lone-10x10.png">`,
      [
        attachment(7, `${up}/z%C3%BCrich.jpg`, 'Lake'),
        attachment(8, `${up}/g.jpg`, 'A gull'),
        attachment(9, `${up}/big-scaled.jpg`),
        attachment(10, `${up}/notes.pdf`),
      ],
      '<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>7</wp:meta_value></wp:postmeta>',
    )
    expect(found.posts[0]?.coverAlt).toBe('Lake')
    expect(found.pictures.map(({ name, alt }) => [name, alt])).toEqual([
      ['zürich.jpg', 'Lake'],
      ['g.jpg', 'A gull'],
      ['big-scaled.jpg', ''],
      ['notes.pdf', ''],
      // No attachment has it, so its own size may be all that there is.
      ['lone-10x10.png', ''],
    ])
    expect(placed(found)).toContain('![A gull](/api/media/shown/g.jpg)')
    expect(placed(found)).toContain('[Notes](/api/media/linked/notes.pdf)')
    expect(found.skipped).toEqual([])
  })

  it('attachments without a web address, twice, or in malformed XML harm no other', async () => {
    const broken = attachment(9, `${up}/c.jpg`).replace('</wp:postmeta>', '')
    const found = await read(`<img src="${up}/a.jpg"><img src="${up}/b.jpg">`, [
      attachment(7, 'ftp://blog.example.org/wp-content/uploads/a.jpg'),
      attachment(8, 'no address'),
      attachment(7, `${up}/b.jpg`),
      broken,
    ])
    expect(found.pictures.map(({ name }) => name)).toEqual(['a.jpg', 'b.jpg'])
    expect(found.refused).toHaveLength(1)
  })
})

it('pictures of an export of Ghost come whole by link from the site, with the words of the cover', async () => {
  const image = '__GHOST_URL__/content/images'
  const html = `<img src="${image}/size/w600/2020/01/heron.jpg" srcset="${image}/size/w300/a.jpg 300w"><a href="${image.replace('images', 'files')}/a.pdf">x</a>`
  const row = {
    id: '1',
    title: 'A',
    slug: 'a',
    html,
    status: 'published',
    feature_image: `${image}/format/webp/c.jpg`,
  }
  const posts_meta = [{ post_id: '1', feature_image_alt: 'Cliff' }]
  const json = JSON.stringify({ db: [{ data: { posts: [row], posts_meta } }] })
  const found = await withFile(json, (path) => open(path, 'https://old.example/blog'))
  expect(found.pictures.map(({ from, alt }) => [from, alt])).toEqual([
    [{ url: 'https://old.example/blog/content/images/c.jpg' }, 'Cliff'],
    [{ url: 'https://old.example/blog/content/images/2020/01/heron.jpg' }, ''],
    [{ url: 'https://old.example/blog/content/files/a.pdf' }, ''],
  ])
  expect((await withFile(json, (path) => open(path))).pictures).toEqual([])
})

it('a picture in a data: address is named, and stays', async () => {
  const found = await withFile(
    exportXml({
      items: [itemXml({ id: 1, fields: { 'content:encoded': '<img src="data:image/png;base64,aaaa">' } })],
    }),
    open,
  )
  expect(found.pictures).toEqual([])
  expect(found.refused).toEqual([
    expect.objectContaining({ kind: 'picture', reason: expect.stringContaining('data:') }),
  ])
})
