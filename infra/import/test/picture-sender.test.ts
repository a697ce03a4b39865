import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { derivedId } from '@logbook/chassis/ids.ts'
import type { MediumAnswer } from '@logbook/contracts/http/media.ts'
import type { Entry } from '@logbook/importer/entry.ts'
import { withFolder } from '@logbook/importer/testing/make-export.ts'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Asked, createAsk, ServiceFailed } from '../../http/ask.ts'
import { limits } from '../limits.ts'
import { createHeld } from '../send/held.ts'
import type { MediaClient } from '../send/media-client.ts'
import { createPictureSender } from '../send/pictures.ts'
import { silentProgress } from '../send/progress.ts'
import { Tally } from '../send/tally.ts'
import { createUploader } from '../send/upload.ts'
import { startRealServices } from './real-services.ts'
import { startMedia } from './running-media.ts'

const idOf = (name: string) => derivedId('import', name)
const pictureOf = (url: string) => ({
  type: 'picture' as const,
  where: 'a.md',
  item: { id: idOf(url), name: 'a.png', alt: '', focus: null, from: { url } },
})

const finished = (id: string): Partial<MediumAnswer> => ({
  ...{ id, state: 'finished', type: 'image/png', attempts: 1, retryAt: null, progress: null, focus: null },
  picture: { width: 40, height: 20, animated: false, colour: null, blurhash: null },
  variants: [{ name: 'w40.png', type: 'image/png', width: 40, height: 20, bytes: 1, url: '' }],
})

/** Media of which each link ends as `end` says at once. */
const createFakeMedia = (end: (url: string) => Partial<MediumAnswer>) => {
  const media = new Map<string, Partial<MediumAnswer>>()
  const links: string[] = []
  let [now, most] = [0, 0]
  const client: Partial<MediaClient> = {
    async one(id) {
      now += 1
      most = Math.max(most, now)
      await new Promise(setImmediate)
      now -= 1
      return media.get(id) as MediumAnswer | undefined
    },
    async link({ id }, url) {
      links.push(url)
      media.set(id, end(url))
    },
    async upload({ id }, file) {
      links.push(file)
      media.set(id, end(file))
    },
  }
  return { client: client as MediaClient, links, atOnce: () => most }
}

const summaryOf = (tally: Tally) =>
  tally.summary({ format: 'jekyll', identity: 'a', dryRun: false, stopped: null })

describe('pictures that are sent', () => {
  it('ten thousand pictures are sent a few at once, and their texts keep their order and get their addresses', async () => {
    const { client, links, atOnce } = createFakeMedia((url) => finished(idOf(url)))
    const tally = new Tally()
    const sender = createPictureSender({ client, tally, progress: silentProgress })
    const sent: string[] = []
    const held = createHeld(async (entry) => {
      if (entry.type === 'post') sent.push(`${entry.item.pictures?.[0]?.here}`)
    })
    const count = 10_000
    for (let number = 0; number < count; number += 1) {
      const url = `https://a.example/${number}.png`
      await sender.begin(pictureOf(url))
      const item = { key: url, title: 'A', content: `![](${url})`, cover: null } as const
      const post = {
        type: 'post',
        where: 'a.md',
        item,
        pictures: [{ mediumId: idOf(url), as: 'shown', at: 4, was: url, isBare: false }],
      }
      await held.push(
        post as unknown as Entry,
        sender.placed(post as unknown as Parameters<typeof sender.placed>[0]),
      )
    }
    await held.end()
    await sender.end()
    expect(sent).toEqual(links.map((url) => `/api/media/${idOf(url)}/w40.png#40x20`))
    expect(summaryOf(tally).counts.picture.imported).toBe(count)
    expect(atOnce()).toBeLessThanOrEqual(limits.picturesAtOnceMax)
  })

  it('a host whose pictures fail at every attempt is not asked for each of them, and others are', async () => {
    const { client, links } = createFakeMedia((url) =>
      url.includes('dead')
        ? { ...finished(idOf(url)), state: 'failed', attempts: 5, reason: 'it does not answer' }
        : url.includes('gone')
          ? { ...finished(idOf(url)), state: 'failed', attempts: 1, reason: 'it answered 404' }
          : finished(idOf(url)),
    )
    const tally = new Tally()
    const sender = createPictureSender({ client, tally, progress: silentProgress })
    const each = 100
    for (let number = 0; number < each; number += 1) {
      for (const host of ['dead', 'gone', 'live'])
        await sender.begin(pictureOf(`https://${host}.example/${number}.png`))
      const file = `/blog/dead/file-${number}.png`
      const { item, ...picture } = pictureOf(`https://a.example/${number}.png`)
      await sender.begin({ ...picture, item: { ...item, id: idOf(file), from: { file } } })
    }
    await sender.end()
    const asked = (host: string) => links.filter((url) => url.includes(host)).length
    expect([asked('gone'), asked('live'), asked('file-')]).toEqual([each, each, each])
    expect(asked('dead.example')).toBeGreaterThanOrEqual(limits.hostFailuresMax)
    expect(asked('dead.example')).toBeLessThanOrEqual(limits.hostFailuresMax + limits.picturesAtOnceMax)
    const { counts, refused } = summaryOf(tally)
    expect(counts.picture).toMatchObject({ imported: each, refused: 3 * each })
    expect(refused.map(({ reason }) => reason)).toContainEqual(expect.stringContaining('was not asked for'))
  })

  it('a host that cannot be reached is asked once, what is under way of it is not waited for, and its texts come without', async () => {
    const { client, links } = createFakeMedia((url) =>
      url.includes('dead') && url.endsWith('/0.png')
        ? {
            id: idOf(url),
            state: 'not started',
            attempts: 1,
            fault: 'host',
            reason: 'There is no host dead.example.',
          }
        : url.includes('dead')
          ? { id: idOf(url), state: 'not started', attempts: 0 }
          : finished(idOf(url)),
    )
    const tally = new Tally()
    const sender = createPictureSender({ client, tally, progress: silentProgress })
    for (let number = 0; number < 100; number += 1)
      for (const host of ['dead', 'live'])
        await sender.begin(pictureOf(`https://${host}.example/${number}.png`))
    await sender.end()
    expect(links.filter((url) => url.includes('dead')).length).toBeLessThanOrEqual(limits.picturesAtOnceMax)
    const { counts, refused } = summaryOf(tally)
    expect(counts.picture).toMatchObject({ imported: 100, refused: 100 })
    expect(refused.map(({ reason }) => reason).sort()).toEqual([
      'There is no host dead.example.',
      'was not asked for: There is no host dead.example.',
    ])
  })

  it('a picture whose first attempt failed keeps no text waiting, and the waiting for it ends when a person ends the command', async () => {
    const { client } = createFakeMedia((url) => ({
      id: idOf(url),
      state: 'not started',
      attempts: 1,
      fault: 'outside',
      reason: 'slow.example answers 503.',
    }))
    const tally = new Tally()
    const ending = new AbortController()
    const said: string[] = []
    const progress = {
      ...silentProgress,
      say(message: string) {
        said.push(message)
        ending.abort()
      },
    }
    const sender = createPictureSender({ client, tally, progress, signal: ending.signal })
    const url = 'https://slow.example/1.png'
    await sender.begin(pictureOf(url))
    const at = new Date(0).toISOString()
    const placed = await sender.placed({
      ...{ type: 'post', where: 'a.md' },
      item: {
        ...{
          key: 'a',
          kind: 'post',
          title: 'A',
          content: `![](${url})`,
          status: 'published',
          authorName: null,
        },
        ...{ tags: [], excerpt: null, createdAt: at, publishedAt: at },
      },
      pictures: [{ mediumId: idOf(url), as: 'shown', at: 4, was: url, isBare: false }],
    })
    expect(placed.item.pictures).toMatchObject([{ here: null }])
    await sender.end()
    expect(said).toEqual([expect.stringContaining('1 picture not made yet')])
    const { counts, notes } = summaryOf(tally)
    expect(counts.picture).toMatchObject({ imported: 0, refused: 0 })
    expect(notes).toMatchObject([{ reason: expect.stringContaining('the blog goes on with it') }])
  })

  it('an upload that was interrupted continues where it stopped, and a link in place of the file is not followed', async () => {
    const services = await startRealServices()
    onTestFinished(() => services.close())
    const { url } = await startMedia({ ...services, worker: false })
    const asked: Asked[] = []
    const ask = createAsk({ authorization: `Bearer ${services.token}`, retryMsMin: 1 })
    const uploader = (pieces: number) =>
      createUploader(`${url}/media/uploads`, async (each) => {
        asked.push(each)
        if (asked.filter(({ method }) => method === 'PATCH').length > pieces)
          throw new ServiceFailed('killed')
        return ask({ ...each, mayBe: [404, 409] })
      })
    await withFolder(async (folder) => {
      const file = join(folder, 'a.bin')
      await writeFile(file, Buffer.alloc(limits.pieceBytes + 1_000, 7))
      const { item } = pictureOf('https://a.example/big.png')
      await expect(uploader(1)(item, file)).rejects.toThrow('killed')
      asked.length = 0
      await uploader(9)(item, file)
      expect(asked.map(({ method, bytes }) => [method, bytes?.length])).toEqual([
        ['HEAD', undefined],
        ['PATCH', 1_000],
      ])
      expect((await services.all('MediaRequested')).map(({ id, upload }) => [id, upload?.bytes])).toEqual([
        [item.id, limits.pieceBytes + 1_000],
      ])
      await symlink(file, join(folder, 'link.png'))
      await expect(uploader(99)({ ...item, id: idOf('link') }, join(folder, 'link.png'))).rejects.toThrow(
        "can't be read",
      )
      await expect(uploader(99)({ ...item, id: idOf('folder') }, folder)).rejects.toThrow(
        'is no regular file',
      )
    })
  })
})
