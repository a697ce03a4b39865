import { bounds } from '@logbook/contracts/bounds.ts'
import { initialMediaSettings } from '@logbook/contracts/events/media-settings.ts'
import { describe, expect, it } from 'vitest'
import { withFrontMatter, yamlOf } from '../src/logbook/front-matter.ts'
import { manifestFile } from '../src/logbook/manifest.ts'
import { openBlog } from '../src/open-blog.ts'
import { collect } from '../src/testing/collect.ts'
import { withFolder } from '../src/testing/make-export.ts'
import { type Files, write } from '../src/testing/make-folder.ts'

const now = new Date('2026-03-01T00:00:00.000Z')
const id = '01920000-0000-7000-8000-0000000000a1'
const commentId = '01920000-0000-7000-8000-0000000000c1'
const at = '2011-05-06T07:08:09.000Z'
const counts = { posts: 1, pages: 0, drafts: 0, comments: 1, media: 0 }
const manifest = JSON.stringify({
  ...{ format: 'logbook-export', version: 1, blog: 'a', exportedAt: at, counts },
  leftOut: { comments: 0, media: 0 },
})
const postPath = '_posts/2011-05-06-a.md'
const commentPath = `_data/comments/a/000001-${commentId}.yml`

const post = (more: object = {}) => ({
  ...{ id, kind: 'post', title: 'A', slug: 'a', place: 1, folder: 'a', created: at, date: at, ...more },
})
const comment = (more: object = {}) => ({
  ...{ _id: commentId, _parent: 'a', date: at, status: 'approved', message: 'M', ...more },
})

const read = (fields: { post?: object; comment?: object; files?: Files } = {}) =>
  withFolder(async (folder) => {
    await write(folder, {
      [manifestFile]: manifest,
      [postPath]: withFrontMatter(post(fields.post), 'Text.'),
      [commentPath]: yamlOf(comment(fields.comment)),
      ...fields.files,
    })
    const blog = await openBlog({ path: folder, now })
    return { ...(await collect(blog)), blog }
  })

describe('an export that is read', () => {
  it('an export from before there were these fields is read as before', async () => {
    const found = await read()
    expect([found.refused, found.notes, found.blog.decisions]).toEqual([[], [], []])
    expect(found.posts[0]).not.toHaveProperty('updatedAt')
    expect(found.posts[0]).toMatchObject({ publishAt: null })
    const { key, postKey, ...rest } = found.comments[0] ?? {}
    expect(rest).toEqual({
      ...{ parentKey: null, author: null, content: 'M', createdAt: at, editedAt: null },
      status: 'approved',
    })
  })

  it('an export that is read has the last change, the planned time, flags, kind and reason', async () => {
    const planned = '2026-04-01T00:00:00.000Z'
    const found = await read({
      post: {
        published: false,
        date: undefined,
        last_modified_at: '2012-01-01T00:00:00Z',
        publish_at: planned,
      },
      comment: {
        ...{ edited: at, kind: 'mention', reason: '', promoted: true },
        ...{ searchable: false, advertised: true, anonymized: true },
      },
    })
    expect([found.refused, found.notes]).toEqual([[], []])
    expect(found.posts).toMatchObject([
      { updatedAt: '2012-01-01T00:00:00Z', publishAt: planned, status: 'draft' },
    ])
    expect(found.comments).toMatchObject([
      {
        editedAt: at,
        kind: 'mention',
        reason: '',
        promoted: true,
        searchable: false,
        advertised: true,
        anonymized: true,
      },
    ])
  })

  it('a draft whose planned time has passed stays a draft, which is noted', async () => {
    const found = await read({ post: { published: false, date: undefined, publish_at: at } })
    expect(found.posts).toMatchObject([{ status: 'draft', publishAt: null }])
    expect(found.notes).toMatchObject([{ where: postPath, reason: expect.stringContaining('has passed') }])
  })

  it.each<[string, object]>([
    ['last_modified_at', { last_modified_at: 'yesterday' }],
    ['last_modified_at', { last_modified_at: '-000001-01-01T00:00:00Z' }],
    ['last_modified_at', { last_modified_at: '2027-01-01T00:00:00Z' }],
    ['last_modified_at', { last_modified_at: 5 }],
    ['publish_at', { published: false, publish_at: '2026-02-30T00:00:00Z' }],
    ['publish_at', { published: false, publish_at: ['2026-04-01T00:00:00Z'] }],
    ['publish_at', { publish_at: '2026-04-01T00:00:00Z' }],
  ])('a post of an export whose %s is none is refused by file and field: %j', async (name, wrong) => {
    const { posts, refused } = await read({ post: wrong })
    expect(posts).toEqual([])
    expect(refused[0]).toMatchObject({
      where: postPath,
      reason: expect.stringMatching(new RegExp(`^${name}: `)),
    })
  })

  it.each<[string, object]>([
    ['edited', { edited: 'yesterday' }],
    ['edited', { edited: '2027-01-01T00:00:00Z' }],
    ['edited', { edited: false }],
    ['kind', { kind: 'reply' }],
    ['reason', { reason: 'x'.repeat(bounds.reasonCharsMax + 1) }],
    ['reason', { reason: ['a'] }],
    ['promoted', { promoted: 'yes' }],
    ['searchable', { searchable: 0 }],
    ['advertised', { advertised: null }],
    ['anonymized', { anonymized: {} }],
  ])('a comment of an export whose %s is none is refused by file and field: %j', async (name, wrong) => {
    const { posts, comments, refused } = await read({ comment: wrong })
    expect([posts.length, comments.length]).toEqual([1, 0])
    expect(refused).toMatchObject([
      { where: commentPath, reason: expect.stringMatching(new RegExp(`^${name}: `)) },
    ])
  })

  it('a field that no export has is named with its file, and the rest comes', async () => {
    const found = await read({ post: { layout: 'wide', permalink: '/posts/a' }, comment: { promotd: true } })
    expect([found.posts.length, found.comments.length]).toEqual([1, 1])
    expect(found.notes.map(({ where, reason }) => [where, reason.slice(0, 23)])).toEqual([
      [postPath, 'has the field "layout",'],
      [commentPath, 'has the field "promotd"'],
    ])
  })

  it('an export that is read has rules and media settings, or says what is wrong with them', async () => {
    const rules = [{ kind: 'links', name: 'links', linksMax: 2, action: 'reject', enabled: true }]
    const where = { rules: '_data/moderation_rules.yml', media: '_data/media_settings.yml' }
    const sound = await read({
      files: { [where.rules]: yamlOf({ rules }), [where.media]: yamlOf(initialMediaSettings) },
    })
    expect(sound.skipped).toEqual([])
    expect(sound.blog.decisions).toEqual([
      { of: 'rules', where: where.rules, value: { rules } },
      { of: 'media', where: where.media, value: initialMediaSettings },
    ])
    const wrong = await read({
      files: {
        [where.rules]: yamlOf({ rules: [{ ...rules[0], linksMax: -1 }] }),
        [where.media]: yamlOf({ ...initialMediaSettings, quality: 100, more: 1 }),
      },
    })
    expect(wrong.blog.decisions).toMatchObject([
      { of: 'rules', where: where.rules, fault: expect.stringContaining('rules.0.linksMax: ') },
      { of: 'media', where: where.media, fault: expect.stringMatching(/quality: .*more/s) },
    ])
  })
})
