import { cases } from '@logbook/chassis/testing/cases.ts'
import { accountBodies } from '@logbook/contracts/http/accounts.ts'
import { createComment, editComment } from '@logbook/contracts/http/comments.ts'
import { createPost } from '@logbook/contracts/http/posts.ts'
import { isVisible, isVisibleMarkdown } from '@logbook/contracts/visible.ts'
import { renderComment } from '@logbook/markdown/comment.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const unseen = [
  '\u200b\u200d',
  '\u3164',
  '\u2060',
  '\u00ad',
  '\u2800',
  '\u115f\u1160',
  '\ufeff',
  '\u202e',
  '\u{e0001}',
]

/** What is read of a comment once it is rendered. */
const wordsOf = (markdown: string): string =>
  renderComment(markdown)
    .replace(/<[^>]*>/g, '')
    .replace(/&#x([\da-f]+);/gi, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)))

describe('text that shows nothing', () => {
  it.each(unseen)('a name, a title and a comment refuse %j, which shows nothing', (value) => {
    const author = { name: value }
    expect(createComment.safeParse({ content: 'words', author }).error?.issues[0]?.path).toEqual([
      'author',
      'name',
    ])
    expect(createComment.safeParse({ content: value }).error?.issues[0]?.path).toEqual(['content'])
    expect(createPost.safeParse({ title: value }).error?.issues[0]?.path).toEqual(['title'])
    expect(accountBodies.changeSelf.safeParse({ name: value }).error?.issues[0]?.path).toEqual(['name'])
  })

  it.each([
    '&nbsp;',
    '&#8203;&#x200d; &zwj;',
    '[a]: http://example.org',
    '[](http://example.org)',
    '[\u200b](http://example.org) ![](http://example.org/a.png)',
    '#',
    '## \u3164',
    '```\n```',
    '~~~ js\n \u200b\n~~~',
    '> \n>',
    '---',
    '- \n1.',
    '***\n\n\u200b',
  ])('a new or edited comment refuses %j, which renders to nothing', (content) => {
    expect(isVisible(wordsOf(content))).toBe(false)
    expect(createComment.safeParse({ content }).error?.issues[0]?.message).toBe('must show something')
    expect(editComment.safeParse({ content }).success).toBe(false)
  })

  it('any text that renders to something is accepted', () => {
    const tokens = [
      'a',
      '#',
      '>',
      '-',
      '*',
      '`',
      '```',
      '~~~',
      '[',
      ']',
      '(',
      ')',
      '!',
      '[a]: b',
      '[](c)',
      '![](d)',
      '\\',
      '&nbsp;',
      '&#32;',
      '&#97;',
      '1.',
      '\n',
      '\n\n',
      ' ',
      '    ',
      '\u200b',
      '_',
      '---',
      '<b>',
      '|',
      '[^1]: ',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...tokens), { maxLength: 7 }), (parts) => {
        const content = parts.join('')
        if (isVisible(wordsOf(content)))
          expect(isVisibleMarkdown(content), JSON.stringify(content)).toBe(true)
      }),
      cases(2_000),
    )
  })
})
