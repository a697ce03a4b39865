import { describe, expect, it } from 'vitest'
import { collect, only } from '../src/testing/collect.ts'
import { commentXml, exportXml, itemXml, withFile } from '../src/testing/make-export.ts'
import { openExport } from '../src/wordpress/read-export.ts'

const now = new Date('2026-01-01T00:00:00Z')
const read = (content: string | Uint8Array) =>
  withFile(content, async (file) => collect(await openExport({ file, now })))
const readItems = (...items: string[]) => read(exportXml({ items }))

describe('an export', () => {
  it.each(['http://wordpress.org/export/1.2/', 'https://wordpress.org/export/1.1/'])(
    'a WordPress export is known by the namespace %s',
    async (wordpress) => {
      const { posts } = await read(exportXml({ items: [itemXml({ id: 1 })], wordpress }))
      expect(only(posts)).toMatchObject({ title: 'Post 1', authorName: 'Ann Author', slug: 'post-1' })
    },
  )

  it('a WordPress export is known by its namespaces whatever their prefixes', async () => {
    const xml = exportXml({ items: [itemXml({ id: 1 })] })
      .replaceAll('wp:', 'w-p.1:')
      .replace('xmlns:wp=', 'xmlns:w-p.1=')
    expect(only((await read(xml)).posts).title).toBe('Post 1')
  })

  it('a WordPress export names the item in which bytes are not of its encoding', async () => {
    const xml = exportXml({
      items: [itemXml({ id: 1, fields: { title: 'Cafe' } }), itemXml({ id: 2, fields: { title: 'Café' } })],
    })
    const bytes = Buffer.from(xml)
    // An e with an accent as latin1 has it.
    bytes[bytes.indexOf('Cafe') + 3] = 0xe9
    const { posts, notes } = await read(bytes)
    expect(posts.map(({ title }) => title)).toEqual(['Caf\ufffd', 'Café'])
    expect(only(notes)).toMatchObject({
      where: expect.stringContaining('post 1'),
      reason: expect.stringContaining('one character'),
    })
  })

  it('a WordPress export gives two blogs different keys, and one blog the same with http and https', async () => {
    const keyAt = async (link: string) =>
      only((await read(exportXml({ items: [itemXml({ id: 1 })], link }))).posts).key
    expect(await keyAt('https://one.example/blog/')).toBe(await keyAt('http://one.example/blog'))
    expect(await keyAt('https://one.example')).not.toBe(await keyAt('https://two.example'))
  })

  it.each([
    [
      'a byte order mark',
      Buffer.from(`\ufeff${exportXml({ items: [itemXml({ id: 1, fields: { title: 'Café' } })] })}`),
    ],
    [
      'latin1',
      Buffer.from(
        exportXml({
          items: [itemXml({ id: 1, fields: { title: 'Café' } })],
          prolog: '<?xml version="1.0" encoding="ISO-8859-1"?>',
        }),
        'latin1',
      ),
    ],
    [
      'UTF-16',
      Buffer.from(
        `\ufeff${exportXml({ items: [itemXml({ id: 1, fields: { title: 'Café' } })] })}`,
        'utf16le',
      ),
    ],
  ])('a WordPress export is read with %s', async (_name, bytes) => {
    expect(only((await read(bytes)).posts).title).toBe('Café')
  })

  it.each([
    ['no XML', 'hello, world', /not a WordPress export/],
    ['a page', '<!doctype html><html><body></body></html>', /not a WordPress export/],
    ['nothing', '', /not a WordPress export/],
    ['another feed', '<rss><channel><title>x</title></channel></rss>', /not a WordPress export/],
    ['an unknown encoding', '<?xml version="1.0" encoding="klingon"?><rss/>', /klingon/],
    [
      'a bomb of entities',
      exportXml({
        items: [itemXml({ id: 1 })],
        prolog: '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
      }),
      /document type/,
    ],
    [
      'an entity from elsewhere',
      exportXml({
        items: [itemXml({ id: 1 })],
        prolog: '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
      }),
      /document type/,
    ],
  ])('a WordPress export is refused whole when it is %s', async (_name, content, reason) => {
    await expect(read(content)).rejects.toThrow(reason)
  })

  it('a WordPress export that is cut short brings what came before, and says where it broke', async () => {
    const whole = exportXml({ items: [itemXml({ id: 1 }), itemXml({ id: 2 })] })
    const { posts, refused } = await read(whole.slice(0, whole.indexOf('Text of 2')))
    expect(posts.map(({ title }) => title)).toEqual(['Post 1'])
    expect(refused[0]).toMatchObject({
      where: 'export.xml:14',
      reason: expect.stringContaining('the file ends inside CDATA text'),
    })
  })

  it('a WordPress export without a single item says so', async () => {
    await expect(read(exportXml({ items: [] }))).rejects.toThrow(/without a single item/)
  })

  it('a WordPress export that names no address is told from another by its first text', async () => {
    const keyOf = async (fields: Record<string, string>, items = 1) => {
      const made = Array.from({ length: items }, (_, n) =>
        itemXml({ id: n + 1, fields: n === 0 ? fields : {} }),
      )
      return (await read(exportXml({ items: made, link: '' }))).posts[0]?.key
    }
    const first = { 'wp:post_date': '2011-01-01 00:00:00', 'wp:post_name': 'hello-world' }
    expect(await keyOf(first)).toBe(await keyOf(first, 2))
    expect(await keyOf(first)).not.toBe(await keyOf({ ...first, 'wp:post_date': '2012-01-01 00:00:00' }))
  })

  it('a WordPress export whose end is no XML says so', async () => {
    const whole = exportXml({ items: [itemXml({ id: 1 })] })
    const { posts, refused } = await read(whole.replace('</channel>', '<a></b></channel>'))
    expect(posts).toHaveLength(1)
    expect(only(refused).reason).toContain('not well-formed')
  })

  it('a WordPress export that ends between two items says so', async () => {
    const whole = exportXml({ items: [itemXml({ id: 1 })] })
    const { posts, refused } = await read(whole.slice(0, whole.indexOf('</channel>')))
    expect(posts).toHaveLength(1)
    expect(only(refused).reason).toContain('without </rss>')
  })
})

describe('an item', () => {
  it.each([
    [
      'tags that do not match',
      itemXml({ id: 2, inside: '<wp:a></wp:b>' }),
      /not well-formed XML in line 21: Expected closing tag 'wp:a' instead/,
    ],
    ['a bare ampersand', itemXml({ id: 2, inside: '<x>a & b</x>' }), /not well-formed/],
    ['an entity declaration', itemXml({ id: 2, inside: '<!ENTITY a "b">' }), /entity/],
    [
      'an unknown entity',
      itemXml({ id: 2, inside: '<x>\n&bogus;</x>' }),
      /in line \d+: The entity &bogus; is not/,
    ],
    ['a character that XML has not', itemXml({ id: 2, inside: '<x>&#0;</x>' }), /&#0; is no character/],
    ['an end of CDATA that has no beginning', itemXml({ id: 2, inside: '<x>]]></x>' }), /outside CDATA/],
    ['an angle bracket in an attribute', itemXml({ id: 2, inside: '<x a="<"/>' }), /attribute holds </],
    ['a comment that holds two dashes', itemXml({ id: 2, inside: '<!-- a -- b -->' }), /holds --/],
    [
      'tags behind it that are never closed',
      `${itemXml({ id: 2, fields: { 'wp:status': 'trash' } })}<x>`,
      /not well-formed/,
    ],
    ['no id', itemXml({ id: 2, fields: { 'wp:post_id': '' } }), /no post id/],
    ['a name that would harm', itemXml({ id: 2, inside: '<__proto__>x</__proto__>' }), /reserved/],
    ['the id of an earlier one', itemXml({ id: 1 }), /same id/],
    [
      'too much text',
      itemXml({ id: 2, fields: { 'content:encoded': 'word '.repeat(41_000) } }),
      /content: must be at most 200000/,
    ],
  ])(
    'an item of a WordPress export with %s is refused by its place, and the rest goes on',
    async (_name, broken, reason) => {
      const { posts, refused } = await readItems(itemXml({ id: 1 }), broken, itemXml({ id: 3 }))
      expect(posts.map(({ title }) => title)).toEqual(['Post 1', 'Post 3'])
      expect(only(refused)).toMatchObject({
        where: expect.stringMatching(/^export\.xml:\d+/),
        reason: expect.stringMatching(reason),
      })
    },
  )

  it('an item of a WordPress export that never ends is refused, and the next one comes', async () => {
    const open = itemXml({ id: 1 }).replace('</item>', '')
    const { posts, refused } = await readItems(open, itemXml({ id: 2 }))
    expect(posts.map(({ title }) => title)).toEqual(['Post 2'])
    expect(refused).toHaveLength(1)
  })

  it('an item of a WordPress export may quote an export: marks in its text end nothing', async () => {
    const text = 'Exports hold <code>&lt;item&gt;</code> like </item> and <item> and <!-- this.'
    const { posts, refused } = await readItems(
      itemXml({ id: 1, fields: { 'content:encoded': text } }),
      itemXml({ id: 2 }),
    )
    expect(refused).toEqual([])
    expect(posts.map(({ title }) => title)).toEqual(['Post 1', 'Post 2'])
    expect(posts[0]?.content).toContain('`<item>`')
  })

  it.each([
    ['draft', 'draft', 'draft'],
    ['pending', 'draft', 'draft'],
    ['private', 'draft', 'draft'],
    ['future', 'draft', 'draft'],
    ['publish', 'published', 'published'],
  ])('an item of a WordPress export whose status is %s is a %s', async (status, expected) => {
    const { posts } = await readItems(itemXml({ id: 1, fields: { 'wp:status': status } }))
    expect(only(posts).status).toBe(expected)
  })

  it.each([
    [{ 'wp:status': 'trash' }, /trash/],
    [{ 'wp:status': 'auto-draft' }, /never saved/],
    [{ 'wp:post_type': 'attachment' }, /attachments/],
    [{ 'wp:post_type': 'product' }, /type "product"/],
  ])('an item of a WordPress export with %j is skipped with its comments', async (fields, reason) => {
    const { posts, comments, skipped } = await readItems(
      itemXml({ id: 1, fields, inside: commentXml({ id: 1 }) }),
    )
    expect([...posts, ...comments]).toEqual([])
    expect(skipped.map(({ reason: said }) => said)).toEqual([
      expect.stringMatching(reason),
      'belongs to an item that was skipped',
    ])
  })

  it('an item of a WordPress export protected by a password is a draft, whose password goes nowhere', async () => {
    const { posts, notes } = await readItems(itemXml({ id: 1, fields: { 'wp:post_password': 'sesame' } }))
    expect(only(posts)).toMatchObject({ status: 'draft', publishedAt: null })
    expect(JSON.stringify(posts)).not.toContain('sesame')
    expect(only(notes).reason).toContain('password')
  })

  it('an item of a WordPress export takes the next best date where the first is none', async () => {
    const fields = { 'wp:post_date_gmt': '0000-00-00 00:00:00', 'wp:status': 'draft' }
    const dateOf = async (more: Record<string, string>) =>
      only((await readItems(itemXml({ id: 1, fields: { ...fields, ...more } }))).posts).createdAt
    expect(await dateOf({ pubDate: 'Mon, 23 Oct 2006 19:01:00 +0000' })).toBe('2006-10-23T19:01:00.000Z')
    expect(await dateOf({ 'wp:post_modified_gmt': '2019-05-05 00:00:00' })).toBe('2019-05-05T00:00:00.000Z')
    expect(await dateOf({ 'wp:post_date': '2018-05-05 00:00:00' })).toBe('2018-05-05T00:00:00.000Z')
    expect(await dateOf({})).toBe('2015-01-27T14:56:57.000Z')
    const undated = exportXml({
      items: [
        itemXml({ id: 1, fields }),
        itemXml({ id: 2, fields: { 'wp:post_date_gmt': '2012-01-01 00:00:00' } }),
      ],
    }).replace(/<pubDate>.*<\/pubDate>/, '')
    expect((await read(undated)).posts[0]?.createdAt).toBe('2012-01-01T00:00:00.000Z')
  })

  it('an item of a WordPress export is not tagged with its default category', async () => {
    const inside =
      '<category domain="category" nicename="uncategorized">Uncategorized</category><category domain="post_tag" nicename="a">A &amp; B</category><category domain="post_format" nicename="post-format-aside">Aside</category>'
    expect(only((await readItems(itemXml({ id: 1, inside }))).posts).tags).toEqual(['A & B'])
  })
})
