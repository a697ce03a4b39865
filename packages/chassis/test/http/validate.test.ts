import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { look } from '../../src/http/validate.ts'

const schema = z.strictObject({
  title: z.string().min(1).max(5),
  id: z.uuid(),
  at: z.iso.datetime(),
  count: z.number().int().min(1).max(3),
  share: z.number().gt(0).lt(1),
  tags: z.array(z.string()).min(1).max(2),
  on: z.boolean(),
  kind: z.enum(['post', 'page']),
  fixed: z.literal('so'),
  own: z.string('must be said in words'),
})
const sound = {
  ...{ title: 'a', id: '0197a000-0000-7000-8000-00000000000a', at: '2026-01-01T00:00:00Z', count: 1 },
  ...{ share: 0.5, tags: ['a'], on: true, kind: 'post', fixed: 'so', own: 'so' },
}

describe('what is wrong with a field', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ title: undefined }, 'title: is missing'],
    [{ title: 7 }, 'title: must be a string'],
    [{ title: null }, 'title: must be a string'],
    [{ title: '' }, 'title: must have at least 1 character'],
    [{ title: 'abcdef' }, 'title: must have at most 5 characters'],
    [{ id: 'a' }, 'id: must be a UUID'],
    [{ at: 'today' }, 'at: must be an RFC 3339 time'],
    [{ count: 1.5 }, 'count: must be a whole number'],
    [{ count: 0 }, 'count: must be at least 1'],
    [{ count: 4 }, 'count: must be at most 3'],
    [{ share: 0 }, 'share: must be more than 0'],
    [{ share: 1 }, 'share: must be less than 1'],
    [{ tags: [] }, 'tags: must have at least 1 entry'],
    [{ tags: ['a', 'b', 'c'] }, 'tags: must have at most 2 entries'],
    [{ tags: [{}] }, 'tags.0: must be a string'],
    [{ tags: 'a' }, 'tags: must be a list'],
    [{ on: 'yes' }, 'on: must be true or false'],
    [{ kind: 'poem' }, 'kind: must be one of post, page'],
    [{ fixed: 'no' }, 'fixed: must be so'],
    [{ more: 1, less: 2 }, 'more: is not known here; less: is not known here'],
    [{ own: 1 }, 'own: must be said in words'],
    [{ title: '', count: 0 }, 'title: must have at least 1 character; count: must be at least 1'],
  ])('%j', (wrong, detail) => {
    expect(look(schema, sound)).toEqual({ success: true, data: sound })
    expect(look(schema, { ...sound, ...wrong })).toMatchObject({ success: false, detail })
  })

  it('is said of the whole where there is no field', () => {
    expect(look(schema, 'text')).toMatchObject({ detail: 'must be an object', errors: [{ path: '' }] })
  })
})
