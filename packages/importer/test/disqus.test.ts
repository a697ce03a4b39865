import { describe, expect, it } from 'vitest'
import { linkOf } from '../src/disqus/post-to-comment.ts'
import { limits } from '../src/limits.ts'
import { openBlog } from '../src/open-blog.ts'
import type { PostsHere } from '../src/posts-here.ts'
import { type Collected, collect } from '../src/testing/collect.ts'
import { postXml as post, threadXml as thread, disqusXml as xml } from '../src/testing/make-disqus.ts'
import { withFile } from '../src/testing/make-export.ts'

const now = new Date('2026-01-01T00:00:00Z')
const postId = '01920000-0000-7000-8000-0000000000aa'
const fakeHere: PostsHere = {
  find: async (addresses) => (addresses.some((each) => each.includes('/known')) ? { id: postId } : undefined),
}

const known = thread(1, 'https://old.example/known/')

const read = (content: string, here = fakeHere): Promise<Collected> =>
  withFile(content, async (path) => collect(await openBlog({ path, now, here })))

describe('an export of Disqus', () => {
  it('an export of Disqus brings names, dates, texts and threads, and no e-mail or IP address', async () => {
    const text =
      'See <a href="https://disq.us/url?url=https%3A%2F%2Fsea.example%2Fa%3Ab%3AqdsZ0kz9mPQXxWAbcdefghij012&amp;cuid=1">it</a> &amp; <b>me</b>'
    const { comments, refused, skipped } = await read(
      xml(known, post({ id: 1, text }), post({ id: 2, parent: 1, name: '' }), post({ id: 3, parent: 2 })),
    )
    expect([refused, skipped]).toEqual([[], []])
    const [first, second, third] = comments
    expect(first).toEqual({
      ...{ key: 'disqus:tides:comment:1', postKey: 'disqus:tides:thread:1', parentKey: null, postId },
      ...{ author: { name: 'Bea', url: null }, createdAt: '2012-02-03T04:05:01.000Z', status: 'approved' },
      content: 'See [it](https://sea.example/a:b) & **me**',
    })
    expect([second?.author?.name, second?.parentKey, third?.parentKey]).toEqual([
      'bea77',
      'disqus:tides:comment:1',
      'disqus:tides:comment:2',
    ])
    expect(JSON.stringify(comments)).not.toMatch(/old\.example|203\.0/)
  })

  it('an export of Disqus keeps what was spam from readers, lets what waited wait, and leaves out what was deleted', async () => {
    const { comments, skipped, notes } = await read(
      xml(
        known,
        post({ id: 1, more: '<isDeleted>false</isDeleted><isSpam>true</isSpam>' }),
        post({ id: 2, more: '<isApproved>false</isApproved>' }),
        post({ id: 3, parent: 2, more: '<isDeleted>true</isDeleted><isSpam>true</isSpam>' }),
        post({ id: 4, parent: 3 }),
      ),
    )
    expect(comments.map(({ key, status }) => [key.slice(-1), status])).toEqual([
      ['1', 'rejected'],
      ['2', 'pending'],
      ['4', 'approved'],
    ])
    expect(skipped.map(({ reason }) => reason)).toEqual(['was deleted'])
    expect(comments[2]?.parentKey).toBe('disqus:tides:comment:2')
    expect(notes[0]?.reason).toContain('did not come')
  })

  it('an export of Disqus gives out each comment once, after the one that it answers, in whatever order the file has them', async () => {
    const { comments, refused } = await read(
      xml(
        ...[post({ id: 3, parent: 2 }), post({ id: 2, parent: 1 }), post({ id: 1 }), known],
        ...[post({ id: 7, parent: 8 }), post({ id: 8, parent: 7 }), post({ id: 9, parent: 9 })],
        ...[post({ id: 10, parent: 99 }), post({ id: 1 })],
      ),
    )
    const keys = comments.map(({ key }) => key)
    expect(keys.map((key) => Number(key.split(':').at(-1))).sort((a, b) => a - b)).toEqual([
      1, 2, 3, 7, 8, 9, 10,
    ])
    for (const { key, parentKey } of comments)
      if (parentKey !== null) expect(keys.indexOf(parentKey), key).toBeLessThan(keys.indexOf(key))
    expect(comments.find(({ key }) => key.endsWith(':3'))?.parentKey).toBe('disqus:tides:comment:2')
    expect(refused.map(({ reason }) => reason)).toEqual(['has the same dsq:id as an earlier one'])
  })

  it('an export of Disqus refuses each comment whose post is missing, and invents no post', async () => {
    const { comments, refused } = await read(
      xml(
        ...[known, thread(2, 'https://old.example/gone/')],
        ...[post({ id: 1 }), post({ id: 2, of: 2 }), post({ id: 3, of: 9 })],
      ),
    )
    expect(comments).toHaveLength(1)
    expect(refused).toEqual([
      expect.objectContaining({
        where: expect.stringMatching(/^export\.xml:\d+ \(comment 2\)$/),
        reason: 'this blog has no post that stood at https://old.example/gone/',
      }),
      expect.objectContaining({ reason: 'its thread is not in the export' }),
    ])
  })

  it.each([
    ['an impossible date', post({ id: 1, date: '2012-02-31T00:00:00Z' }), /does not exist/],
    ['no text', post({ id: 1, text: '' }), /content/],
    ['no id', post({ id: 1 }).replace('dsq:id="1"', ''), /dsq:id/],
    ['bad XML', post({ id: 1 }).replace('<ipAddress>', ''), /not well-formed XML in line \d+/],
    ['no end', post({ id: 1 }).replace('</post>', ''), /its own end is missing/],
    ['too much text', post({ id: 1, text: 'a'.repeat(limits.htmlCharsMax) }), /longer than/],
  ])('an export of Disqus refuses a comment with %s by its line, and goes on', async (_name, bad, reason) => {
    const { comments, refused } = await read(xml(known, bad, post({ id: 2, parent: 1 })))
    expect(refused).toHaveLength(1)
    expect(refused[0]?.reason).toMatch(reason)
    expect(refused[0]?.where).toMatch(/^export\.xml:6\b/)
    expect(comments.map(({ key, parentKey }) => [key.slice(-1), parentKey])).toEqual([['2', null]])
  })

  it('an export of Disqus says where a file that is cut short ends', async () => {
    const whole = xml(known, post({ id: 1 }), post({ id: 2 }))
    const within = await read(whole.slice(0, whole.indexOf('Said 2')))
    expect(within.comments).toHaveLength(1)
    expect(within.refused[0]?.reason).toContain('the file ends before this post does')
    const between = await read(whole.replace('</disqus>', ''))
    expect(between.refused[0]?.reason).toContain('without </disqus>')
  })

  it('an export of Disqus is refused whole where it declares an entity or holds nothing', async () => {
    const doctype = xml(known).replace('<disqus', '<!DOCTYPE d [<!ENTITY a "b">]><disqus')
    await expect(read(doctype)).rejects.toThrow(/declares a document type|not a WordPress export/)
    await expect(read(xml())).rejects.toThrow(/nothing to import/)
  })

  it('an export of Disqus ends the import where the blog does not answer, and refuses nothing for that', async () => {
    const away: PostsHere = { find: () => Promise.reject(new Error('query is away')) }
    await expect(read(xml(known, post({ id: 1 })), away)).rejects.toThrow('query is away')
  })

  it('an export of Disqus leads links where they led before Disqus', () => {
    const page = 'https://old.example/known/'
    expect(linkOf('/other', page)).toBe('https://old.example/other')
    expect(
      linkOf('https://disq.us/url?url=http%3A%2F%2Fa.example%2F%3AYwZfFq_0QxEgKqRMTk0jLZhYw9k', page),
    ).toBe('http://a.example/')
    expect(linkOf('mailto:a@b.example', page)).toBe('mailto:a@b.example')
  })
})
