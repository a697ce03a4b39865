import { callers } from '@logbook/chassis/testing/access.ts'
import { postCreated } from '@logbook/contracts/examples/posts.ts'
import { userPictured } from '@logbook/contracts/examples/users.ts'
import { describe, expect, it, vi } from 'vitest'
import { variantOf } from '../src/routes/downloads.ts'
import { bootMedia, createWorld } from './booted.ts'

const bytes = Buffer.from('0123456789')

const finished = async (world = createWorld()) => {
  const media = await bootMedia(world)
  const id = await media.request({ name: 'zähl “bis” 10.txt' })
  const job = await media.claim()
  if (!job) throw new Error('no job')
  await media.finish(job, bytes)
  await media.one(id)
  return { media, world, id, path: `/media/${id}/original` }
}

describe('a variant of a medium', () => {
  it('a download supports ranges and conditional requests', async () => {
    const { media, path } = await finished()
    const get = (headers: Record<string, string>) => media.author('GET', path, undefined, headers)
    const whole = await get({})
    const tag = whole.headers.get('ETag') ?? ''
    expect([whole.status, await whole.text(), whole.headers.get('Accept-Ranges')]).toEqual([
      200,
      '0123456789',
      'bytes',
    ])
    for (const [range, status, text, translate] of [
      ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
      ['bytes=7-', 206, '789', 'bytes 7-9/10'],
      ['bytes=-2', 206, '89', 'bytes 8-9/10'],
      ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
      // Several, and what is none: the whole is a right answer.
      ['bytes=0-1,3-4', 200, '0123456789', null],
      ['lines=1-2', 200, '0123456789', null],
      ['bytes=4-2', 200, '0123456789', null],
    ] as const) {
      const answer = await get({ Range: range })
      expect([range, answer.status, await answer.text(), answer.headers.get('Content-Range')]).toEqual([
        range,
        status,
        text,
        translate,
      ])
    }
    const outside = await get({ Range: 'bytes=10-' })
    expect([outside.status, outside.headers.get('Content-Range')]).toEqual([416, 'bytes */10'])
    expect(outside.headers.get('Cache-Control') ?? '').not.toContain('public')
    expect((await get({ 'If-None-Match': tag })).status).toBe(304)
    expect((await get({ Range: 'bytes=2-4', 'If-Range': '"another"' })).status).toBe(200)
    const head = await media.author('HEAD', path)
    expect([head.status, head.headers.get('Content-Length')]).toEqual([200, '10'])
    expect(whole.headers.get('Content-Disposition')).toContain("filename*=UTF-8''z%C3%A4hl")
    expect(whole.headers.get('Content-Security-Policy')).toContain('sandbox')
  })

  it('a list of media can be of one kind, which is that of their content', async () => {
    const { media, id } = await finished()
    await media.request({ name: 'not-fetched-yet.jpg' })
    const idsOf = async (kind: string) => {
      const answer = await media.author('GET', `/media?kind=${kind}`)
      return ((await answer.json()) as { id: string }[]).map((each) => each.id)
    }
    expect([await idsOf('other'), await idsOf('picture'), await idsOf('video')]).toEqual([[id], [], []])
    expect((await media.author('GET', '/media?kind=film')).status).toBe(422)
  })

  it('a portrait makes a person’s own file public until it is withdrawn, and another person’s not', async () => {
    const { media, world, id, path } = await finished()
    const nobody = await media.as(callers.nobody)
    const picture = `/api${path.replace('original', 'w640.jpg')}#640x640`
    const choose = async (person: string, address: string | null) => {
      const { type, subject, source, data } = userPictured({ id: person, picture: address })
      await world.bus.append([{ id: crypto.randomUUID(), type, subject, source, dataversion: 1, data }])
      const { isPublic, isPortrait } = await media.one(id)
      return { isPublic, isPortrait, status: (await nobody('GET', path)).status }
    }
    const hidden = { isPublic: false, isPortrait: false, status: 404 }
    expect(await choose(callers.otherAuthor.id, picture)).toEqual(hidden)
    expect(await choose(callers.author.id, picture)).toEqual({
      isPublic: true,
      isPortrait: true,
      status: 200,
    })
    const unused = await media.author('GET', '/media?unused=true')
    expect(await unused.json()).toEqual([])
    expect(await choose(callers.author.id, null)).toEqual(hidden)
  })

  it('a width or format that the settings left out is answered by the nearest variant', () => {
    const variants = ['w500.webp', 'w1000.webp', 'w500.jpg', 'w1000.jpg', 'card.jpg', 'original'].map(
      (name) => ({
        name,
        type: 'image/jpeg',
        width: 1,
        height: 1,
        key: name,
        sha256: 'a'.repeat(64),
        bytes: 1,
      }),
    )
    const named = (name: string) => variantOf(variants, name)?.name
    expect(named('w1000.jpg')).toBe('w1000.jpg')
    expect(named('w320.webp')).toBe('w500.webp')
    expect(named('w960.jpg')).toBe('w1000.jpg')
    expect(named('w1920.webp')).toBe('w1000.webp')
    expect(named('w320.avif')).toBe('w500.jpg')
    expect(['wide.jpg', 'w.jpg', 'poster.jpg', 'w1.jpg/..'].map(named)).toEqual(Array(4).fill(undefined))
    expect(variantOf(variants.slice(-1), 'w320.jpg')).toBeUndefined()
  })

  it('a file is private unless a published post shows it', async () => {
    const { media, world, id, path } = await finished()
    const nobody = await media.as(callers.nobody)
    const other = await media.as(callers.otherAuthor)
    const moderator = await media.as(callers.moderator)
    const status = async (by = nobody) => (await by('GET', path)).status
    const show = async (state: 'draft' | 'published' | 'deleted') => {
      const { data, ...event } = postCreated()
      const at = '2026-03-01T09:00:00.000Z'
      const content = `![A heron](/media/${id}/w800.webp)`
      const shown =
        state === 'deleted'
          ? { status: state, id: data.id, slug: data.slug, deletedAt: at }
          : { ...data, content, status: state, publishedAt: state === 'draft' ? null : at }
      const { type, subject, source } = event
      const sent = { id: crypto.randomUUID(), source, subject, dataversion: event.dataversion }
      await world.bus.append([{ ...sent, type: state === 'draft' ? type : 'PostUpdated', data: shown }])
      await media.one(id)
    }
    expect([await status(), await status(other), await status(moderator)]).toEqual([404, 404, 200])
    await show('draft')
    expect([await status(), (await media.one(id)).posts.length]).toEqual([404, 1])
    await show('published')
    const answer = await nobody('GET', path)
    expect([answer.status, answer.headers.get('Cache-Control')]).toEqual([200, 'public, max-age=86400'])
    expect(await media.one(id)).toMatchObject({ isPublic: true })
    await show('deleted')
    expect(await status()).toBe(404)
  })

  it('files with the same bytes share one object, which is kept until no medium needs it', async () => {
    const { media, id: first } = await finished()
    const other = await media.as(callers.otherAuthor)
    const second = await media.request({}, other)
    const job = await media.claim()
    if (!job) throw new Error('no job')
    expect((await media.finish(job, bytes)).status).toBe(200)
    await media.one(second, other)
    await vi.waitFor(async () => expect(await media.keys()).toHaveLength(1))
    expect((await media.author('DELETE', `/media/${first}`)).status).toBe(204)
    // The list that is read next does not have it any more.
    expect(await (await media.author('GET', '/media')).text()).not.toContain(first)
    expect((await media.author('GET', `/media/${first}`)).status).toBe(404)
    const kept = await other('GET', `/media/${second}/original`)
    expect([kept.status, await kept.text()]).toEqual([200, '0123456789'])
    await other('DELETE', `/media/${second}`)
    await vi.waitFor(async () => expect(await media.keys()).toEqual([]))
  })

  it('a check of the storage names missing and unknown objects', async () => {
    const { media, world, id } = await finished()
    const operator = await media.as(callers.operator)
    const checked = async () => (await operator('GET', '/check')).json()
    expect(await checked()).toMatchObject({ objects: 1, bytes: 10, missing: [], unknown: [] })
    await world.storage.put('ff/stranger', new Blob(['?']).stream())
    const [key = ''] = await media.keys()
    await world.storage.remove(key)
    expect(await checked()).toMatchObject({
      missing: [{ key, bytes: 10 }],
      unknown: [{ key: 'ff/stranger', bytes: 1 }],
    })
    const answer = await media.author('GET', `/media/${id}/original`)
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'unavailable' }])
  })
})
