import { describe, expect, it } from 'vitest'
import { collect, only } from '../src/testing/collect.ts'
import { commentXml, exportXml, itemXml, withFile } from '../src/testing/make-export.ts'
import { openExport } from '../src/wordpress/read-export.ts'

const now = new Date('2026-01-01T00:00:00Z')
const readItems = (...items: string[]) =>
  withFile(exportXml({ items }), async (file) => collect(await openExport({ file, now })))

describe('comments of an export', () => {
  const readComments = (...comments: string[]) => readItems(itemXml({ id: 1, inside: comments.join('') }))

  it('comments of a WordPress export keep their verdicts; the trash stays, and replies to it stand by themselves', async () => {
    const status = (approved: string) => ({ fields: { 'wp:comment_approved': approved } })
    const { comments, skipped, notes } = await readComments(
      commentXml({ id: 1, ...status('1') }),
      commentXml({ id: 2, ...status('0') }),
      commentXml({ id: 3, ...status('spam') }),
      commentXml({ id: 4, ...status('trash') }),
      commentXml({ id: 5, parent: 4 }),
    )
    expect(comments.map((comment) => [comment.status, comment.parentKey])).toEqual([
      ['approved', null],
      ['pending', null],
      ['rejected', null],
      ['approved', null],
    ])
    expect(only(skipped).reason).toContain('trash')
    expect(only(notes).reason).toContain('stands by itself')
  })

  it('comments of a WordPress export come after the one they answer, in whatever order they stand; a circle is broken', async () => {
    const { comments } = await readComments(
      commentXml({ id: 3, parent: 2 }),
      commentXml({ id: 2, parent: 1 }),
      commentXml({ id: 1 }),
      commentXml({ id: 8, parent: 9 }),
      commentXml({ id: 9, parent: 8 }),
    )
    expect(comments.map(({ key }) => key.replace(/^.*:/, ''))).toEqual(['1', '2', '3', '8', '9'])
    expect(comments.map(({ parentKey }) => parentKey?.replace(/^.*:/, ''))).toEqual([
      undefined,
      '1',
      '2',
      undefined,
      '8',
    ])
  })

  it.each([
    ['no text', { 'wp:comment_content': ' ' }, /content: must not be empty/],
    ['an unknown status', { 'wp:comment_approved': 'perhaps' }, /unknown status/],
    ['no id', { 'wp:comment_id': '' }, /no id/],
  ])(
    'comments of a WordPress export with %s are refused, and the rest goes on',
    async (_name, fields, reason) => {
      const { comments, refused } = await readComments(commentXml({ id: 1, fields }), commentXml({ id: 2 }))
      expect(only(comments).content).toBe('Comment 2')
      expect(only(refused).reason).toMatch(reason)
    },
  )

  it('of comments of a WordPress export with the same id the first alone is imported, and those that are too long are cut', async () => {
    const { comments, refused, notes } = await readComments(
      commentXml({ id: 1, fields: { 'wp:comment_content': 'word '.repeat(2_200) } }),
      commentXml({ id: 1 }),
    )
    expect(only(comments).content).toMatch(/^(?:word )+word…$/)
    expect(only(notes).reason).toContain('10000 characters was cut')
    expect(only(refused).reason).toContain('same id')
  })

  it('comments of a refused post of a WordPress export are refused with it', async () => {
    const { comments, refused } = await readItems(
      itemXml({ id: 1, fields: { 'content:encoded': 'x'.repeat(200_001) }, inside: commentXml({ id: 1 }) }),
    )
    expect(comments).toEqual([])
    expect(refused.map(({ reason }) => reason)).toContain('its post was refused')
  })
})
