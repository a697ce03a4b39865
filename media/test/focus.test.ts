import { callers } from '@logbook/chassis/testing/access.ts'
import type { MediumAnswer } from '@logbook/contracts/http/media.ts'
import sharp from 'sharp'
import { describe, expect, it, vi } from 'vitest'
import { bootMedia, createWorld } from './booted.ts'
import { startWorker, upload, workOnce } from './working.ts'

type Media = Awaited<ReturnType<typeof bootMedia>>

/** 400 × 100: red on the left, blue on the right. */
const picture = (): Promise<Buffer> =>
  sharp({ create: { width: 400, height: 100, channels: 3, background: '#f00' } })
    .composite([
      { input: { create: { width: 200, height: 100, channels: 3, background: '#00f' } }, left: 200, top: 0 },
    ])
    .png()
    .toBuffer()

/** The colour in the middle of the card. */
const cardOf = async (media: Media, id: string): Promise<'red' | 'blue' | 'both'> => {
  const answer = await media.author('GET', `/media/${id}/card.jpg`)
  const { channels } = await sharp(Buffer.from(await answer.arrayBuffer())).stats()
  const [red = 0, , blue = 0] = channels.map(({ mean }) => mean)
  return red > 200 ? 'red' : blue > 200 ? 'blue' : 'both'
}

const move = (media: Media, id: string, focus: MediumAnswer['focus']) =>
  media.author('PATCH', `/media/${id}`, { focus })

const finished = (media: Media, id: string) =>
  vi.waitFor(async () => {
    const medium = await media.one(id)
    expect(medium).toMatchObject({ state: 'finished', progress: null })
    return medium
  })

describe('the focal point of a picture', () => {
  it('a new focal point makes the card again around it and nothing else, and the old one brings the old card back', async () => {
    const world = createWorld()
    const media = await bootMedia(world)
    startWorker(media, world)
    const id = await upload(media, await picture(), { filters: 'swap-red-blue' })
    const first = await finished(media, id)
    expect(await cardOf(media, id)).toBe('both')
    const tagsOf = async () =>
      Promise.all(
        first.variants.map(async ({ name }) => {
          const { headers } = await media.author('HEAD', `/media/${id}/${name}`)
          return [name, headers.get('ETag')] as const
        }),
      )
    const before = await tagsOf()
    const moved = (await (await move(media, id, { x: 0, y: 0.5 })).json()) as MediumAnswer
    // The picture stays usable meanwhile.
    expect(moved).toMatchObject({ state: 'finished', focus: { x: 0, y: 0.5 } })
    await vi.waitFor(async () => expect(await cardOf(media, id)).toBe('blue'))
    const after = await tagsOf()
    const changed = after.filter(([, tag], index) => tag !== before[index]?.[1]).map(([name]) => name)
    expect(changed).toEqual(['card.jpg'])
    await move(media, id, null)
    await vi.waitFor(async () => expect(await tagsOf()).toEqual(before))
    // No card of before is left behind.
    await vi.waitFor(async () => expect(await media.keys()).toHaveLength(first.variants.length))
    const types = (await world.events()).map(({ type }) => type)
    expect(types.filter((type) => type === 'MediaCropRequested')).toHaveLength(2)
    expect(types.filter((type) => type === 'MediaFinished')).toHaveLength(3)
  })

  it('a focal point that is set before or while a picture is made counts for its card', async () => {
    const world = createWorld()
    const media = await bootMedia(world)
    const before = await upload(media, await picture())
    await move(media, before, { x: 0, y: 0 })
    const while_ = await upload(
      media,
      await sharp(await picture())
        .negate()
        .png()
        .toBuffer(),
    )
    const isMoved = Promise.withResolvers<void>()
    const { stop } = startWorker(media, world, {
      async kindOf() {
        if ((await media.one(while_)).state === 'in progress' && (await media.one(while_)).focus === null) {
          await move(media, while_, { x: 1, y: 0 })
          isMoved.resolve()
        }
        return { type: 'image/png', kind: 'picture' }
      },
    })
    await isMoved.promise
    await vi.waitFor(async () => expect(await cardOf(media, before)).toBe('red'))
    // Negated: yellow on the right, cyan on the left.
    await vi.waitFor(async () => {
      const answer = await media.author('GET', `/media/${while_}/card.jpg`)
      const { channels } = await sharp(Buffer.from(await answer.arrayBuffer())).stats()
      expect(channels[0]?.mean).toBeGreaterThan(200)
    })
    await stop()
  })

  it('a worker that does not know crops gets none, and a stale crop is refused after another change', async () => {
    const world = createWorld()
    const media = await bootMedia(world)
    const id = await upload(media, await picture())
    await workOnce(media, world)
    await move(media, id, { x: 0, y: 0 })
    expect(await media.claim('old', 0, { version: '0.0.1', kinds: ['link', 'upload'] })).toBeUndefined()
    const job = await media.claim('new')
    expect(job).toMatchObject({
      id,
      task: 'crop',
      lease: 2,
      attempt: 1,
      focus: { x: 0, y: 0 },
      url: null,
      filters: [],
    })
    await move(media, id, { x: 1, y: 1 })
    if (!job) throw new Error('no job')
    expect((await media.finish(job)).status).toBe(409)
    expect(await media.claim('new')).toMatchObject({ id, task: 'crop', lease: 3, focus: { x: 1, y: 1 } })
  })

  it('a card that can not be made again leaves the picture finished, says why, and can be retried', async () => {
    const world = createWorld()
    const media = await bootMedia(world)
    const id = await upload(media, await picture())
    await workOnce(media, world)
    await move(media, id, { x: 0, y: 0 })
    await media.claim()
    await media.worker('POST', `/work/${id}/fail`, { lease: 2, kind: 'refused', reason: 'It is damaged.' })
    expect(await media.one(id)).toMatchObject({ state: 'finished', reason: 'It is damaged.' })
    expect(await cardOf(media, id)).toBe('both')
    const owner = await media.as(callers.owner)
    const listed = async (state: string) =>
      ((await (await owner('GET', `/media?state=${state}`)).json()) as []).length
    expect([await listed('finished'), await listed('failed')]).toEqual([1, 0])
    await media.author('POST', `/media/${id}/retry`)
    expect(await media.claim()).toMatchObject({ id, task: 'crop', lease: 3 })
  })
})
