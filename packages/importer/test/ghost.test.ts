import { bounds } from '@logbook/contracts/bounds.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openBlog } from '../src/open-blog.ts'
import { type Collected, collect, only } from '../src/testing/collect.ts'
import { withFile } from '../src/testing/make-export.ts'

const now = new Date('2026-01-01T00:00:00Z')
const at = '2015-03-04T05:06:07.000Z'

const row = (more: object = {}) => ({
  ...{ id: '5f0000000000000000000001', title: 'A walk', slug: 'a-walk', html: '<p>We <em>walked</em>.</p>' },
  ...{ status: 'published', visibility: 'public', type: 'post', created_at: at, published_at: at, ...more },
})
const second = { id: '5f0000000000000000000002', slug: 'b' }
const data = (posts: readonly unknown[], more: object = {}) => ({ posts, ...more })
const wrapped = (inside: object) => ({
  db: [{ meta: { exported_on: 1388805572000, version: '5.0' }, data: inside }],
})

const read = (
  content: object | string,
  more: { site?: string; identity?: string } = {},
): Promise<Collected> =>
  withFile(typeof content === 'string' ? content : JSON.stringify(content), async (path) =>
    collect(await openBlog({ path, now, ...more })),
  )
const readOne = async (more: object, site?: string) => {
  const { posts, notes } = await read(wrapped(data([row(more)])), site === undefined ? {} : { site })
  return { post: only(posts), notes: notes.map(({ reason }) => reason) }
}

describe('an export of Ghost', () => {
  it('an export of Ghost brings text, tags, authors, cover, excerpt, dates and where it stood', async () => {
    const tables = {
      tags: [
        { id: 't1', name: 'Sea' },
        { id: 't2', name: '#internal' },
        { id: 't3', name: 'Wind' },
      ],
      posts_tags: [
        { post_id: row().id, tag_id: 't3', sort_order: 1 },
        { post_id: row().id, tag_id: 't2', sort_order: 2 },
        { post_id: row().id, tag_id: 't1', sort_order: 0 },
      ],
      users: [
        { id: 'u1', name: 'Ann', email: 'ann@old.example' },
        { id: 'u2', name: 'Bea', email: 'bea@old.example' },
      ],
      posts_authors: [
        { post_id: row().id, author_id: 'u2', sort_order: 1 },
        { post_id: row().id, author_id: 'u1', sort_order: 0 },
      ],
      posts_meta: [{ post_id: row().id, feature_image_alt: 'The shore' }],
      settings: [{ key: 'db_hash', value: 'abc-1' }],
    }
    const more = {
      feature_image: '__GHOST_URL__/content/a.jpg',
      custom_excerpt: 'In short',
      published_at: '2015-04-01 10:00:00',
    }
    const { posts, notes, refused } = await read(wrapped(data([row(more)], tables)), {
      site: 'https://old.example',
    })
    expect([notes, refused]).toEqual([[], []])
    expect(posts).toEqual([
      {
        ...{ key: `ghost:abc-1:post:${row().id}`, title: 'A walk', slug: 'a-walk', content: 'We *walked*.' },
        ...{ excerpt: 'In short', tags: ['Sea', 'Wind'], cover: 'https://old.example/content/a.jpg' },
        ...{
          coverAlt: 'The shore',
          formerAddresses: ['/a-walk/'],
          kind: 'post',
          status: 'published',
          authorName: 'Ann, Bea',
        },
        ...{ createdAt: at, publishedAt: '2015-04-01T10:00:00.000Z' },
      },
    ])
  })

  it.each<[string, object]>([
    ['with db', wrapped(data([row()]))],
    ['without db', { meta: {}, data: data([row()]) }],
    [
      'with numbers for ids',
      wrapped(data([row({ id: 1, author_id: 1 })], { users: [{ id: 1, name: 'Ann' }] })),
    ],
  ])('an export of Ghost is read in each form that Ghost has written: %s', async (_name, content) => {
    expect(only((await read(content)).posts).content).toBe('We *walked*.')
  })

  it.each([
    ['draft', { status: 'draft' }, undefined],
    ['scheduled', { status: 'scheduled', published_at: '2030-01-01T00:00:00Z' }, /was "scheduled"/],
    ['sent by e-mail alone', { status: 'sent' }, /was "sent"/],
    ['for members', { visibility: 'members' }, /for "members" alone/],
    ['for who pays', { visibility: 'paid' }, /for "paid" alone/],
    ['dated in the future', { published_at: '2030-01-01T00:00:00Z' }, /dated in the future/],
  ])('an export of Ghost publishes nothing by accident: %s', async (_name, more, said) => {
    const { post, notes } = await readOne(more)
    expect([post.status, post.publishedAt, post.formerAddresses]).toEqual(['draft', null, []])
    if (said === undefined) expect(notes).toEqual([])
    else expect(notes.join()).toMatch(said)
  })

  it.each([
    ['type', { type: 'page' }],
    ['page of older versions', { type: undefined, page: 1 }],
  ])('an export of Ghost keeps pages, by %s', async (_name, more) => {
    expect((await readOne(more)).post.kind).toBe('page')
  })

  it('an export of Ghost leads links between its texts to where they are here, and all else to the old site', async () => {
    const html =
      '<p><a href="__GHOST_URL__/b/#x">b</a> <a href="/b">b</a> <a href="__GHOST_URL__/tag/sea/">sea</a></p><img src="__GHOST_URL__/content/a.png" alt="A">'
    const posts = [row({ html }), row(second)]
    const sited = await read(wrapped(data(posts)), { site: 'https://old.example/' })
    expect(sited.posts[0]?.content).toBe(
      '[b](/posts/b#x) [b](/posts/b) [sea](https://old.example/tag/sea/)\n\n![A](https://old.example/content/a.png)',
    )
    const unsited = await read(wrapped(data(posts)))
    expect(unsited.posts[0]?.content).toContain('[b](/posts/b#x) [b](/posts/b)')
    expect(unsited.notes.map(({ reason }) => reason).join()).toContain('--site')
  })

  it('an export of Ghost knows where texts stood: below the date in old blogs, below the path of the blog', async () => {
    const settings = [{ key: 'permalinks', value: '/:year/:month/:day/:slug/' }]
    const { posts } = await read(wrapped(data([row()], { settings })))
    expect(only(posts).formerAddresses).toEqual(['/2015/03/04/a-walk/'])
    expect((await readOne({}, 'https://old.example/blog/')).post.formerAddresses).toEqual(['/blog/a-walk/'])
  })

  it.each([
    [
      'lexical',
      {
        lexical: JSON.stringify({
          root: {
            children: [
              { type: 'heading', tag: 'h2', children: [{ type: 'text', text: 'One <1>' }] },
              {
                type: 'paragraph',
                children: [
                  { type: 'text', text: 'See ' },
                  { type: 'link', url: 'https://sea.example/', children: [{ type: 'text', text: 'it' }] },
                ],
              },
              { type: 'markdown', markdown: '*as* written' },
              { type: 'image', src: 'https://sea.example/a.png', alt: 'A' },
            ],
          },
        }),
      },
      '## One <1>\n\nSee [it](https://sea.example/)\n\n*as* written\n\n![A](https://sea.example/a.png)',
    ],
    [
      'mobiledoc',
      {
        mobiledoc: JSON.stringify({
          cards: [['card-markdown', { markdown: '*as* written' }]],
          sections: [
            [1, 'p', [[0, [], 0, 'First']]],
            [10, 0],
            [3, 'ul', [[[0, [], 0, 'item']]]],
          ],
        }),
      },
      'First\n\n*as* written\n\n- item',
    ],
    ['markdown', { markdown: '# As *written*' }, '# As *written*'],
  ])('an export of Ghost reads what was never shown as HTML from its %s', async (_name, more, content) => {
    expect((await readOne({ html: null, ...more })).post.content).toBe(content)
  })

  it('an export of Ghost names what is left out: empty posts, members, newsletters', async () => {
    const empty = row({ html: '', title: 'Soon' })
    const tables = { members: [{ id: 1 }, { id: 2 }], newsletters: [{ id: 1 }] }
    const { posts, skipped } = await read(wrapped(data([empty, row(second)], tables)))
    expect(posts).toHaveLength(1)
    expect(skipped.map(({ where, reason }) => `${where}: ${reason}`)).toEqual([
      'export.xml (post 1, a-walk): is empty: it has a title alone',
      'export.xml (members): 2 members, which Logbook does not have',
      'export.xml (newsletters): 1 newsletters, which Logbook does not have',
    ])
  })

  it.each([
    ['no id', row({ id: undefined }), /id/],
    ['a title of another kind', row({ title: {} }), /title/],
    ['an id that was there', row(second), /same id/],
    ['too long a text', row({ html: `<p>${'a'.repeat(bounds.contentCharsMax + 1)}</p>` }), /content/],
    ['an editor text that is none', row({ html: null, lexical: '{"root":' }), /lexical cannot be read/],
  ])('an export of Ghost refuses a post with %s, and goes on', async (_name, bad, reason) => {
    const { posts, refused } = await read(wrapped(data([row(second), bad])))
    expect(posts).toHaveLength(1)
    expect(refused).toEqual([expect.objectContaining({ reason: expect.stringMatching(reason) })])
  })

  it.each([
    ['is not JSON', '{"db": [', /not well-formed JSON/],
    ['is something else', '{"name": "x"}', /no export of Ghost/],
    ['holds no post', '{"db": [{"data": {"posts": []}}]}', /nothing to import/],
  ])('an export of Ghost is refused whole where it %s', async (_name, content, reason) => {
    await expect(read(content)).rejects.toThrow(reason)
  })

  it('each row of an export of Ghost is imported, skipped or refused exactly once, whatever the rows hold', async () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.string(),
      fc.constantFrom(at, 'published', 1, true),
    )
    const any = fc.dictionary(
      fc.constantFrom(...Object.keys(row()), 'lexical', 'page', 'feature_image'),
      value,
    )
    await fc.assert(
      fc.asyncProperty(fc.array(any, { minLength: 1, maxLength: 5 }), async (more) => {
        const rows = more.map((each, index) => ({ ...row(), id: index + 1, ...each }))
        const { posts, skipped, refused } = await read(wrapped(data(rows)))
        expect(posts.length + skipped.length + refused.length).toBe(rows.length)
      }),
      { numRuns: 60 },
    )
  })
})
