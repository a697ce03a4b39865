import { cases } from '@logbook/chassis/testing/cases.ts'
import type { LivePost } from '@logbook/contracts/events/posts.ts'
import { commentFields, postFields } from '@logbook/importer/logbook/fields.ts'
import { parseYaml, splitFrontMatter } from '@logbook/importer/logbook/front-matter.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commentFile } from '../comment-file.ts'
import { postFile } from '../post-file.ts'

const id = '01920000-0000-7000-8000-0000000000aa'
const at = '2011-05-06T07:08:09.000Z'
/** Text of any kind, and what YAML would take for something else. */
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom('-', '\n', ':', ' ', '#', '"', "'", '\r', '\t', '\u2028', '\ufeff', '\0', '|', '>'),
  }),
  fc.constantFrom(
    'yes',
    'null',
    '~',
    '0x1f',
    '1e3',
    '2011-01-01',
    '- a',
    '---',
    '...',
    '&a *b',
    '{',
    '!x',
    '%',
  ),
)
const orNull = fc.option(anyText)

describe('a file of an export', () => {
  it('a file of an export holds any text so that it is read as it was', () => {
    fc.assert(
      fc.property(
        fc.record({
          ...{ title: anyText, content: anyText, excerpt: orNull, tags: fc.array(anyText, { maxLength: 3 }) },
          ...{ authorName: orNull, cover: orNull, commentsClosed: fc.boolean() },
          coverAlt: anyText,
          ...{ kind: fc.constantFrom('post', 'page'), status: fc.constantFrom('draft', 'published') },
          formerAddresses: fc.array(anyText, { maxLength: 2 }),
        }),
        (written) => {
          const more = { id, slug: 'a-slug', authorId: null, createdAt: at, updatedAt: at, publishedAt: at }
          const post = { ...written, ...more } as LivePost
          const { fields, text } = splitFrontMatter(postFile(post, 7).text)
          expect(text).toBe(written.content)
          expect(postFields.parse(fields)).toMatchObject({
            ...{
              title: written.title,
              excerpt: written.excerpt,
              tags: written.tags,
              author: written.authorName,
            },
            ...{
              image: written.cover,
              image_alt: written.coverAlt,
              comments: !written.commentsClosed,
              redirect_from: written.formerAddresses,
            },
            ...{
              kind: written.kind,
              published: written.status === 'published',
              created: at,
              date: at,
              place: 7,
            },
          })
        },
      ),
      cases(200),
    )
  })

  it('a file of an export holds any comment so that it is read as it was', () => {
    fc.assert(
      fc.property(anyText, orNull, orNull, (content, name, url) => {
        const comment = { id, parentId: id, author: name === null ? null : { name, url }, createdAt: at }
        const { text } = commentFile(
          { ...comment, content, status: 'pending' },
          { post: 'a-slug', ordinal: 1 },
        )
        expect(commentFields.parse(parseYaml(text))).toEqual({
          ...{ _id: id, replying_to: id, date: at, status: 'pending', message: content },
          ...{ name, url: name === null ? null : url },
        })
      }),
      cases(200),
    )
  })
})
