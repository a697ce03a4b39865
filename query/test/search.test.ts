import { anyText } from '@logbook/chassis/testing/any-text.ts'
import { cases } from '@logbook/chassis/testing/cases.ts'
import { workOf, workOnceOf } from '@logbook/chassis/testing/work.ts'
import {
  commentCreated,
  commentUpdated,
  deletedCommentUpdated,
} from '@logbook/contracts/examples/comments.ts'
import { deletedUpdated, draftUpdated, postCreated, postUpdated } from '@logbook/contracts/examples/posts.ts'
import { postName } from '@logbook/contracts/http/query.ts'
import { type SearchHit, searchHit } from '@logbook/contracts/http/search.ts'
import fc from 'fast-check'
import type { Response } from 'supertest'
import { describe, expect, it } from 'vitest'
import { limits } from '../src/limits.ts'
import { openSearchIndex } from '../src/open.ts'
import { plainText } from '../src/search/plain-text.ts'
import { wantedOf } from '../src/search/terms.ts'
import { booted, idOf } from './booted.ts'

const post = (n: number, data: Parameters<typeof postCreated>[0] = {}) =>
  postCreated({ id: idOf(n), slug: `post-${n}`, title: `Post ${n}`, content: '', tags: [], ...data })
const comment = (n: number, data: Parameters<typeof commentUpdated>[0] = {}) =>
  commentUpdated({ id: idOf(n), postId: idOf(1), status: 'approved', ...data })

const search = async (...events: Parameters<typeof booted>) => {
  const { http, publishAndSettle } = await booted(...events)
  const find = async (q: string, more = ''): Promise<SearchHit[]> => {
    const { body } = await http.get(`/search?q=${encodeURIComponent(q)}${more}`).expect(200)
    return searchHit.array().parse(body)
  }
  return { http, publishAndSettle, find, ids: async (q: string) => (await find(q)).map(({ id }) => id) }
}
const markedIn = (parts: SearchHit['snippet']) => parts.filter(({ marked }) => marked).map(({ text }) => text)

describe('search', () => {
  it('search finds posts by words of title, text and tags in any form, case and with or without accents', async () => {
    const { ids } = await search(
      post(1, { title: 'Herons at dawn' }),
      post(2, { content: 'The café keeper was **watching** them.' }),
      post(3, { tags: ['Salt marsh'] }),
    )
    expect(await ids('heron')).toEqual([idOf(1)])
    expect(await ids('CAFE watched')).toEqual([idOf(2)])
    expect(await ids('marshes')).toEqual([idOf(3)])
    expect(await ids('heron cafe')).toEqual([])
  })

  it('search finds every word, also in scripts without spaces and in any width', async () => {
    const { ids, find } = await search(
      post(1, { title: '東京の写真', content: '新しい東京駅の写真を撮りました。' }),
      post(2, { title: '북경', content: '대한민국의 수도는 서울입니다.' }),
      post(3, { content: 'カタカナとＣＳＳ入門、ﾃｽﾄ' }),
      post(4, { content: 'สวัสดีครับ ยินดีต้อนรับ' }),
      // The same letters apart.
      post(5, { content: '京都の東口、真っ赤な写し' }),
      comment(11, { content: '图书馆里有一本中文书' }),
    )
    for (const word of ['写真', '東京駅', '京', '撮りました'])
      expect(await ids(word), word).toContain(idOf(1))
    for (const word of ['写真', '東京']) expect(await ids(word), word).toEqual([idOf(1)])
    for (const word of ['서울', '수도', '민국', '서울입니다'])
      expect(await ids(word), word).toEqual([idOf(2)])
    for (const word of ['css', 'CSS', 'ＣＳＳ入門', '入門', 'テスト', 'ﾃｽﾄ', 'タカナ'])
      expect(await ids(word), word).toEqual([idOf(3)])
    expect(await ids('ต้อนรับ')).toEqual([idOf(4)])
    for (const word of ['中文', '一本', '书']) expect(await ids(word), word).toEqual([idOf(11)])
    expect(await ids('"東京の写真"')).toEqual([idOf(1)])
    const [hit] = await find('写真')
    expect(hit?.title).toEqual([
      { text: '東京の', marked: false },
      { text: '写真', marked: true },
    ])
    expect(markedIn(hit?.snippet ?? [])).toEqual(['写真'])
  })

  it('search finds words of Greek, Hebrew, Arabic and Russian with and without accents and points', async () => {
    const { ids, find } = await search(
      post(1, { title: 'Καλημέρα, ΰφος', content: 'Ο ΔΡΌΜΟΣ ήταν μακρύς' }),
      post(2, { content: 'שָׁלוֹם עֲלֵיכֶם' }),
      post(3, { content: 'قالَ مُحَمَّدٌ كلامًا جميـــلًا' }),
      post(4, { content: 'Ёлка стоит в лесу' }),
    )
    for (const word of ['καλημερα', 'Καλημέρα', 'ΚΑΛΗΜΕΡΑ', 'υφος', 'δρομος', 'δρόμος', 'ηταν', 'καλημέ'])
      expect(await ids(word), word).toEqual([idOf(1)])
    for (const word of ['שלום', 'שָׁלוֹם', '"שלום עליכם"']) expect(await ids(word), word).toEqual([idOf(2)])
    for (const word of ['محمد', 'مُحَمَّد', 'كلاما', 'جميلا']) expect(await ids(word), word).toEqual([idOf(3)])
    for (const word of ['елка', 'ёлка', 'ЕЛКА']) expect(await ids(word), word).toEqual([idOf(4)])
    const [hit] = await find('καλημερα')
    expect(hit?.title).toEqual([
      { text: 'Καλημέρα', marked: true },
      { text: ', ΰφος', marked: false },
    ])
  })

  it('search finds prefixes of words, and phrases in their order', async () => {
    const { ids } = await search(
      post(1, { content: 'an ornithological note on the grey heron' }),
      post(2, { content: 'the heron was grey' }),
    )
    expect(await ids('ornitho')).toEqual([idOf(1)])
    expect(await ids('ornitho* note')).toEqual([idOf(1)])
    expect(await ids('ornitho note')).toEqual([])
    expect(await ids('"grey heron"')).toEqual([idOf(1)])
    expect(new Set(await ids('grey heron'))).toEqual(new Set([idOf(1), idOf(2)]))
  })

  it('search ranks a match in the title first, and the newest among equals', async () => {
    const { ids } = await search(
      post(1, { title: 'Heron', publishedAt: '2025-12-01T00:00:00.000Z' }),
      post(2, { content: 'heron', publishedAt: '2020-01-01T00:00:00.000Z' }),
      post(3, { content: 'heron', publishedAt: '2026-01-01T00:00:00.000Z' }),
      ...Array.from({ length: 20 }, (_, n) => post(10 + n, { content: 'quite another bird' })),
    )
    expect(await ids('heron')).toEqual([1, 3, 2].map(idOf))
  })

  it('search finds a post by title, tags or text, however many newer texts and comments have the same word', async () => {
    const newer = limits.searchCandidatesMax + 5
    const { find, ids, publishAndSettle } = await search(
      post(1, { title: 'The heron', publishedAt: '2020-01-01T00:00:00.000Z' }),
      post(2, { tags: ['heron'], publishedAt: '2020-01-02T00:00:00.000Z' }),
      post(3, { title: 'Marsh', content: 'A heron.', publishedAt: '2020-01-03T00:00:00.000Z' }),
      ...Array.from({ length: newer }, (_, n) => post(1_000 + n, { content: 'a heron' })),
      ...Array.from({ length: newer }, (_, n) => comment(5_000 + n, { content: 'heron, heron' })),
    )
    const found = await find('heron', '&limit=100')
    expect(found.map(({ id }) => id).slice(0, 2)).toEqual([1, 2].map(idOf))
    expect(found.every(({ kind }) => kind === 'post')).toBe(true)
    // With one word in the title, and one in the text.
    expect(await ids('marsh heron')).toEqual([idOf(3)])
    await publishAndSettle(
      ...Array.from({ length: newer }, (_, n) => post(9_000 + n, { content: 'a heron in its marsh' })),
    )
    expect((await ids('marsh heron'))[0]).toBe(idOf(3))
    const said = await find('heron', '&kind=comments')
    expect(said.map(({ kind }) => kind)).toEqual(Array.from({ length: 20 }, () => 'comment'))
  })

  it('search ranks titles before texts and texts before comments, page by page, and can be limited to posts or comments', async () => {
    const { http, find } = await search(
      post(1),
      comment(5, { content: 'heron', createdAt: '2026-05-01T00:00:00.000Z' }),
      post(2, { content: 'heron', publishedAt: '2026-04-01T00:00:00.000Z' }),
      post(3, { kind: 'page', title: 'Heron', publishedAt: '2010-01-01T00:00:00.000Z' }),
      comment(6, { content: 'heron', createdAt: '2026-06-01T00:00:00.000Z' }),
      post(4, { title: 'Heron', content: 'heron', publishedAt: '2011-01-01T00:00:00.000Z' }),
    )
    const seen: string[] = []
    let url: string | undefined = '/search?q=heron&limit=2'
    while (url !== undefined) {
      const answer: Response = await http.get(url).expect(200)
      seen.push(...answer.body.map(({ id }: SearchHit) => id))
      url = /^<([^>]+)>; rel="next"$/.exec(answer.headers.link ?? '')?.[1]
    }
    expect(seen).toEqual([4, 3, 2, 6, 5].map(idOf))
    const idsOf = async (kind: string) => (await find('heron', `&kind=${kind}`)).map(({ id }) => id)
    expect(await idsOf('posts')).toEqual([4, 3, 2].map(idOf))
    expect(await idsOf('comments')).toEqual([6, 5].map(idOf))
    const { body } = await http.get('/search?q=heron&kind=pages').expect(422)
    expect(body.errors).toMatchObject([{ path: 'kind' }])
  })

  it('search marks hits in a snippet of plain text, whatever the text looks like', async () => {
    const content = `${'x '.repeat(300)} <script>alert(1)</script> a [heron](https://a.example) \ue000stood\ue001 & waited`
    const { find } = await search(post(1, { title: 'The <i>heron</i>', content }))
    const [hit] = await find('heron')
    expect(markedIn(hit?.title ?? [])).toEqual(['heron'])
    expect(markedIn(hit?.snippet ?? [])).toEqual(['heron'])
    expect(hit?.snippet.map(({ text }) => text).join('')).toContain('alert(1) a heron stood & waited')
  })

  it('search finds approved comments, with their post', async () => {
    const { find } = await search(
      post(1, { title: 'A post', slug: 'a-post' }),
      comment(2, { content: 'I saw a heron', author: { name: 'Bo', url: null, email: null } }),
    )
    expect(await find('heron')).toMatchObject([
      { kind: 'comment', id: idOf(2), postId: idOf(1), slug: 'a-post', authorName: 'Bo' },
    ])
    expect((await find('heron'))[0]?.title).toEqual([{ text: 'A post', marked: false }])
  })

  it.each([
    ['a comment rejected', [comment(2, { status: 'rejected' })]],
    ['a comment held again', [comment(2, { status: 'pending' })]],
    ['a comment deleted', [deletedCommentUpdated({ id: idOf(2), postId: idOf(1) })]],
    ['a comment edited', [comment(2, { content: 'another text' })]],
    ['its post taken back', [draftUpdated({ id: idOf(1) })]],
    ['its post deleted', [deletedUpdated({ id: idOf(1) })]],
  ])('search no longer finds %s', async (_name, events) => {
    const { ids, publishAndSettle } = await search(
      post(1, { content: 'xylophone' }),
      comment(2, { content: 'secretword' }),
    )
    expect(await ids('secretword')).toEqual([idOf(2)])
    await publishAndSettle(...events)
    expect(await ids('secretword')).toEqual([])
  })

  it('search finds the present text of a post and no longer the former one', async () => {
    const { ids, publishAndSettle } = await search(post(1, { content: 'xylophone' }))
    await publishAndSettle(postUpdated({ id: idOf(1), content: 'zither' }))
    expect(await ids('xylophone')).toEqual([])
    expect(await ids('zither')).toEqual([idOf(1)])
  })

  it('search never holds text that was not approved', async () => {
    const { ids } = await search(
      post(1),
      commentCreated({ id: idOf(2), postId: idOf(1), content: 'hiddenword' }),
      comment(3, { status: 'rejected', content: 'hiddenword' }),
      draftUpdated({ id: idOf(4), content: 'hiddenword' }),
    )
    expect(await ids('hiddenword')).toEqual([])
  })

  it('the pages of a search have no gaps and no repeats', async () => {
    const { http } = await search(...[1, 2, 3, 4, 5].map((n) => post(n, { content: 'heron' })))
    const seen: string[] = []
    let url: string | undefined = '/search?q=heron&limit=2'
    while (url !== undefined) {
      const answer: Response = await http.get(url).expect(200)
      seen.push(...answer.body.map(({ id }: SearchHit) => id))
      url = /^<([^>]+)>; rel="next"$/.exec(answer.headers.link ?? '')?.[1]
    }
    expect(seen.toSorted()).toEqual([1, 2, 3, 4, 5].map(idOf))
  })

  it.each(['', 'q=a&q=b', `q=${'a'.repeat(1_001)}`, 'q=a&cursor=x', 'q=a&limit=0'])(
    'search refuses %s and names the field',
    async (query) => {
      const { http } = await booted()
      const { body } = await http.get(`/search?${query}`).expect(422)
      expect(body).toMatchObject({
        code: 'invalid',
        errors: [{ path: expect.stringMatching(/^(q|cursor|limit)$/) }],
      })
    },
  )

  it('search waits for Min-Position', async () => {
    const { http } = await booted(post(1))
    const answer = await http
      .get('/search?q=post')
      .set('Min-Position', '1')
      .set('Prefer', 'wait=5')
      .expect(200)
    expect(answer.headers.position).toBe('1')
    await http.get('/search?q=post').set('Min-Position', '9').expect(503)
  })
})

describe('an unknown address', () => {
  it.each([
    ['the-heorn-stood-still', 'the-heron-stood-still'],
    ['the-heron', 'the-heron-stood-still'],
    ['tidse', 'tides'],
  ])('the unknown address %s is answered with the similar one %s', async (asked, slug) => {
    const { http } = await booted(
      post(1, { slug: 'the-heron-stood-still', title: 'The heron' }),
      post(2, { slug: 'tides' }),
      post(3, { slug: 'quite-something-else' }),
      draftUpdated({ id: idOf(4), slug: 'the-heron-sat-still' }),
    )
    const { body } = await http.get(`/posts/${asked}`).expect(404)
    expect(body.near.map((name: { slug: string }) => name.slug)).toEqual([slug])
    expect(postName.array().parse(body.near)).toEqual(body.near)
  })

  it('an unknown address without similar ones is answered with none', async () => {
    const { http } = await booted(post(1, { slug: 'the-heron' }))
    for (const asked of ['zebra', '***', encodeURIComponent('"'), idOf(9)])
      expect((await http.get(`/posts/${asked}`).expect(404)).body.near).toEqual([])
  })
})

describe('any search text', () => {
  const fragment = fc.constantFrom(
    '"',
    '*',
    'heron',
    'AND',
    'OR',
    'NOT',
    'NEAR(',
    ')',
    '(',
    ':',
    '-',
    '^',
    '+',
    '{a b}:',
    '\0',
    '\ud800',
    ' ',
    '—',
    'title:',
    '%',
    "'",
    ';--',
    '日本',
  )
  const typed = fc.oneof(
    anyText(),
    fc.array(fragment, { maxLength: 20 }).map((all) => all.join('')),
  )

  it('any search text is a valid expression of the index, or empty', () => {
    const db = openSearchIndex(':memory:')
    const find = db.prepare('SELECT rowid FROM words WHERE words MATCH ?')
    fc.assert(
      fc.property(typed, (text) => {
        const { match, any } = wantedOf(text) ?? {}
        for (const expression of [match, any]) if (expression !== undefined) find.all(expression)
      }),
      cases(1_000),
    )
    for (const long of ['a '.repeat(5_000), '"'.repeat(10_000), 'x'.repeat(10_000), '* '.repeat(5_000)]) {
      const match = wantedOf(long)?.match
      if (match !== undefined) find.all(match)
    }
    db.close()
  })

  it('any search text is answered, and finds no word that is absent', async () => {
    const { http } = await booted(post(1, { content: 'zither' }))
    await fc.assert(
      fc.asyncProperty(typed, async (text) => {
        const q = encodeURIComponent(text.toWellFormed().slice(0, 200))
        expect((await http.get(`/search?q=xylophone%20${q}`)).body).toEqual([])
      }),
      cases(50),
    )
  })
})

describe('plain text', () => {
  it.each([
    ['# Title\n\nSome **bold** and _slanted_ `code`.', 'Title Some bold and slanted code.'],
    ['a [link](https://a.example "t") and ![picture](x.png)', 'a link and picture'],
    ['[![picture](x.png)](/large.png "t") [] ![](y.png)', 'picture []'],
    ['> quoted\n> twice\n\n- one\n- two\n\n1. three', 'quoted twice one two three'],
    ['```js\nconst snake_case = 1\n```\n---\n', 'const snake_case = 1'],
    ['a <b class="x">c</b> <!-- d --> 1 < 2', 'a c 1 < 2'],
    [
      'By [a name][n], [one][] and ![a picture][p].\n\n[n]: https://a.example "T"\n[p]: /a.png',
      'By a name, one and a picture.',
    ],
    ['A mark[^1] of a note.\n\n[^1]: The *note*.', 'A mark of a note. The note.'],
    ['rows[i][j] = grid[0][1]', 'rows[i][j] = grid[0][1]'],
  ])('the plain text of %j is %j', (markdown, text) => {
    expect(plainText(markdown)).toBe(text)
  })

  const plainOften = (part: string) => plainText(part.repeat(200_000 / part.length))
  const workOfOrdinary = workOnceOf(() =>
    plainOften('## A title\n\nSome *words* with a [link](http://a.example) and `code`.\n\n- one\n\n'),
  )
  it.each(['<a', '[', '[a][', '[^', '![a](', '](', '_', '- ', '***', '> ', '\n', '<!--', '1'])(
    'plain text of a repeated %j takes no longer than of an ordinary post',
    (unit) => {
      const workMax = 20 * workOfOrdinary()
      expect(workOf(() => plainOften(unit))).toBeLessThan(workMax)
    },
  )
})
