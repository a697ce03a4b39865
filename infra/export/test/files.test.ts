import { cases } from '@logbook/chassis/testing/cases.ts'
import { initialFlags } from '@logbook/contracts/events/comment-flags.ts'
import type { LivePost } from '@logbook/contracts/events/posts.ts'
import { commentFields, postFields, unknownFields } from '@logbook/importer/logbook/fields.ts'
import { parseYaml, splitFrontMatter } from '@logbook/importer/logbook/front-matter.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commentFile } from '../comment-file.ts'
import { postFile } from '../post-file.ts'

const id = '01920000-0000-7000-8000-0000000000aa'
const at = '2011-05-06T07:08:09.000Z'
const later = '2012-01-01T00:00:00.000Z'
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
          updatedAt: fc.constantFrom(at, later),
          publishAt: fc.constantFrom(undefined, later),
        }),
        (written) => {
          const more = { id, slug: 'a-slug', authorId: null, createdAt: at, publishedAt: at }
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
            publish_at: written.publishAt ?? null,
          })
          expect(postFields.parse(fields).last_modified_at ?? at).toBe(written.updatedAt)
          expect(unknownFields('post', fields)).toEqual([])
        },
      ),
      cases(200),
    )
  })

  it('a file of an export holds any comment so that it is read as it was', () => {
    const said = fc.record({ content: anyText, name: orNull, url: orNull, reason: orNull })
    const own = fc.record({
      ...{ promoted: fc.boolean(), searchable: fc.boolean() },
      ...{ advertised: fc.boolean(), anonymized: fc.boolean() },
      editedAt: fc.constantFrom(null, at),
    })
    const kind = fc.constantFrom({}, { kind: 'mention' as const })
    fc.assert(
      fc.property(said, own, kind, ({ content, name, url, reason }, { editedAt, ...flags }, mention) => {
        const author = name === null ? null : { name, url }
        const place = { id, parentId: id, createdAt: at, status: 'pending' as const }
        const { text } = commentFile(
          { ...place, ...mention, ...flags, author, content, reason, editedAt },
          { post: 'a-slug', ordinal: 1 },
        )
        const { _id, ...read } = commentFields.parse(parseYaml(text))
        expect({ ...initialFlags, ...read }).toEqual({
          ...{ replying_to: id, date: at, status: 'pending', message: content, edited: editedAt },
          ...{ name, url: name === null ? null : url, reason: reason ?? '' },
          ...{ ...mention, ...flags },
        })
        expect([_id, unknownFields('comment', parseYaml(text))]).toEqual([id, []])
      }),
      cases(200),
    )
  })
})
