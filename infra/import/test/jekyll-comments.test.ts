import { describe, expect, it } from 'vitest'
import { only } from './collect.ts'
import { comment, type Files, good, read } from './make-folder.ts'

describe('comments of a folder', () => {
  const thread = (files: Files) =>
    read({
      '_posts/2020-01-01-post.md': good,
      ...Object.fromEntries(
        Object.entries(files).map(([name, text]) => [`_data/comments/post/${name}.yml`, text]),
      ),
    })
  const parents = ({ comments }: Awaited<ReturnType<typeof read>>) =>
    comments.map(({ key, parentKey }) =>
      [key, parentKey].map((each) => each?.replace(/^.*\/|\.yml$/g, '') ?? null),
    )

  it('answer the top comment that their ordinal counts to, replies not counted', async () => {
    const found = await thread({
      'c-1': comment(),
      'c-2': comment({ replying_to: "'1'" }),
      'c-3': comment({ replying_to: "''" }),
      'c-4': comment({ replying_to: '2' }),
      'c-5': comment({ replying_to: "'9'" }),
    })
    expect(parents(found)).toEqual([
      ['c-1', null],
      ['c-3', null],
      ['c-5', null],
      ['c-2', 'c-1'],
      ['c-4', 'c-3'],
    ])
    expect(only(found.notes).reason).toContain('stands by itself')
  })

  it('answer the comment of that id where the ordinal is none', async () => {
    const found = await thread({ a: comment({ _id: 'first-1' }), b: comment({ replying_to: 'first-1' }) })
    expect(parents(found)).toEqual([
      ['a', null],
      ['b', 'a'],
    ])
  })

  it('that cannot be read are refused by file, and still count', async () => {
    const found = await thread({
      'c-1': 'name: "x\nmessage: [',
      'c-2': comment(),
      'c-3': comment({ replying_to: "'2'" }),
      'c-4': comment({ replying_to: "'1'" }),
    })
    expect(parents(found)).toEqual([
      ['c-2', null],
      ['c-4', null],
      ['c-3', 'c-2'],
    ])
    expect(only(found.refused).where).toBe('_data/comments/post/c-1.yml')
  })

  it('quoted as Ruby quotes are read', async () => {
    const found = await thread({ 'c-1': 'name: Jo\nmessage: "One\nTwo \\"three\\""\ndate: 2020-01-01\n' })
    expect(only(found.comments).content).toBe('One Two "three"')
  })

  it('that fill in the hidden field await a verdict', async () => {
    const found = await thread({ 'c-1': comment({ hidden: "''" }), 'c-2': comment({ hidden: 'buy now' }) })
    expect(found.comments.map(({ status }) => status)).toEqual(['approved', 'pending'])
  })

  it('take the date of their name, else that of their post', async () => {
    const found = await thread({
      'comment-1481460884456': comment({ date: 'soon' }),
      z: comment({ date: "''" }),
    })
    expect(found.comments.map(({ createdAt }) => createdAt)).toEqual([
      '2016-12-11T12:54:44.456Z',
      '2020-01-01T00:00:00.000Z',
    ])
  })

  it('without a text in the folder come under a draft page', async () => {
    const { posts, comments } = await read({
      '_posts/2020-01-01-post.md': good,
      '_data/comments/old-page/c.yml': comment({ _parent: '/pages/old-page/' }),
    })
    expect(posts[1]).toMatchObject({ title: 'old page', slug: 'old-page', kind: 'page', status: 'draft' })
    expect(posts[1]?.content).toContain('`/pages/old-page/`')
    expect(only(comments).postKey).toBe(posts[1]?.key)
  })
})
