import { cases } from '@logbook/chassis/testing/cases.ts'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { manifestFile } from '../src/logbook/manifest.ts'
import { openLogbookExport } from '../src/logbook/read-folder.ts'
import { type Collected, collect } from '../src/testing/collect.ts'
import { commentXml, exportXml, itemXml, withFile, withFolder } from '../src/testing/make-export.ts'
import { now, write } from '../src/testing/make-folder.ts'
import { openExport } from '../src/wordpress/read-export.ts'

const fatesOf = ({ posts, comments, entries }: Collected) => {
  const left = entries.filter((entry) => entry.type === 'skipped' || entry.type === 'refused')
  const leftOf = (isComment: boolean) => left.filter(({ kind }) => (kind === 'comment') === isComment).length
  return { items: posts.length + leftOf(false), comments: comments.length + leftOf(true), left }
}

it('of an export of WordPress, each item and each comment is imported, skipped or refused, exactly once', async () => {
  const comment = fc.record({
    id: fc.integer({ min: 0, max: 4 }),
    parent: fc.integer({ min: 0, max: 4 }),
    fields: fc.record(
      {
        'wp:comment_approved': fc.constantFrom('1', '0', 'spam', 'trash', 'post-trashed', ''),
        'wp:comment_type': fc.constantFrom('', 'comment', 'pingback', 'x'),
        'wp:comment_content': fc.constantFrom('Words', '', '\u200b', '<p>a', 'x'.repeat(11_000)),
        'wp:comment_author': fc.constantFrom('Jo', '', '\u200b'),
        'wp:comment_date_gmt': fc.constantFrom('2020-01-02 00:00:00', '0000-00-00 00:00:00', 'never'),
      },
      { requiredKeys: [] },
    ),
  })
  const item = fc.record({
    id: fc.integer({ min: 0, max: 4 }),
    fields: fc.record(
      {
        'wp:post_type': fc.constantFrom('post', 'page', 'attachment', 'nav_menu_item', 'x', ''),
        'wp:status': fc.constantFrom('publish', 'draft', 'private', 'trash', 'auto-draft', 'future', ''),
        'wp:post_id': fc.constantFrom('1', '', 'x', '01'),
        'wp:post_date_gmt': fc.constantFrom('2020-01-01 12:00:00', '0000-00-00 00:00:00', 'never', ''),
        'wp:post_password': fc.constantFrom('', 'secret'),
        title: fc.constantFrom('T', '', '\u200b', 'x'.repeat(400)),
        'content:encoded': fc.constantFrom('Words', '', '<b>', 'x'.repeat(210_000)),
      },
      { requiredKeys: [] },
    ),
    comments: fc.array(comment, { maxLength: 4 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(item, { minLength: 1, maxLength: 5 }), async (items) => {
      const written = items.map(({ comments, ...each }) =>
        itemXml({ ...each, inside: comments.map(commentXml).join('') }),
      )
      const found = await withFile(exportXml({ items: written }), async (file) =>
        collect(await openExport({ file, now })),
      )
      const { left, ...counted } = fatesOf(found)
      expect(counted).toEqual({
        items: items.length,
        comments: items.reduce((sum, { comments }) => sum + comments.length, 0),
      })
      expect(left.every(({ where, reason }) => /export\.xml:\d+/.test(where) && reason !== '')).toBe(true)
    }),
    cases(40),
  )
})

const exported = {
  ...{ format: 'logbook-export', version: 1, blog: 'blog.example', exportedAt: now.toISOString() },
  ...{ counts: { posts: 0, pages: 0, drafts: 0, comments: 0 }, leftOut: { comments: 0 } },
}

it('of a folder that was exported here, each file is imported, skipped or refused, exactly once', async () => {
  const folder = fc.constantFrom(
    '_posts/',
    '_pages/',
    '_drafts/',
    '_data/comments/first/',
    '_data/comments-not-shown/gone/',
    'media/',
    '',
  )
  const name = fc.constantFrom(
    'a.md',
    'b.md',
    'c.txt',
    '1-01920000-0000-7000-8000-000000000001.yml',
    '2-01920000-0000-7000-8000-000000000001.yml',
  )
  const content = fc.constantFrom(
    '',
    'plain',
    '---\ntitle: [\n---\n',
    '---\ntitle: T\n---\nText.\n',
    'name: Jo\n',
    '[]',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(folder, name, content), { maxLength: 8 }), async (made) => {
      const files = Object.fromEntries(made.map(([where, called, text]) => [`${where}${called}`, text]))
      const found = await withFolder(async (path) => {
        await write(path, {
          ...files,
          [manifestFile]: JSON.stringify(exported),
        })
        return collect(await openLogbookExport({ now: new Date(), folder: path }))
      })
      const told = found.entries.flatMap((entry) =>
        entry.type === 'progress' || entry.type === 'note' ? [] : [entry.where],
      )
      expect(told.toSorted()).toEqual(Object.keys(files).toSorted())
    }),
    cases(40),
  )
})
