import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { callers } from '@logbook/chassis/testing/access.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { openBlog } from '@logbook/importer/open-blog.ts'
import { now, write } from '@logbook/importer/testing/make-folder.ts'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { importBlog } from '../../import/import-blog.ts'
import { silentProgress } from '../../import/send/progress.ts'
import { startRealServices } from '../../import/test/real-services.ts'
import { pngOf, startMedia, startSite } from '../../import/test/running-media.ts'
import { download } from '../download.ts'
import { exportBlog } from '../export-blog.ts'
import { createFileNames } from '../media-files.ts'
import { openSource } from '../read-blog.ts'

const newFolder = (): string => {
  const folder = temporaryFolder()
  return folder
}

const startBlog = async () => {
  const services = await startRealServices()
  onTestFinished(() => services.close())
  const media = await startMedia(services)
  // No comment waits, and no list of readers has an order to keep.
  const nothing = await startSite(({ url }, res) =>
    res
      .setHeader('Content-Type', 'application/json')
      .end(url?.startsWith('/rules') ? '{"rules":[],"version":0}' : '[]'),
  )
  const authorization = (await services.header(callers.owner)) ?? ''
  const urls = {
    posts: services.postsUrl,
    history: services.postsUrl,
    comments: services.commentsUrl,
    media: media.url,
  }
  return {
    ...services,
    bring: async (path: string, more: object = {}) =>
      importBlog(await openBlog({ path, now }), {
        ...{
          ...services,
          mediaUrl: media.url,
          dryRun: false,
          progress: silentProgress,
          retryMsMin: 1,
          ...more,
        },
      }),
    source: (without: object = {}) =>
      openSource({ urls: { ...urls, moderation: nothing, query: nothing, ...without }, authorization }),
    ask: (method: string, path: string, body: object) =>
      fetch(media.url + path, {
        method,
        headers: { Authorization: authorization, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    async media() {
      const described = new Map((await services.all('MediaDescribed')).map((each) => [each.id, each.focus]))
      const all = await services.all('MediaRequested')
      return all.map(({ id, name, alt }) => ({ id, name, alt, focus: described.get(id) ?? null }))
    },
    texts: async () =>
      (await services.all('PostCreated')).map(({ slug, content, cover, coverAlt }) => ({
        slug,
        content,
        cover,
        coverAlt,
      })),
  }
}

const text = (body: string, front = '') => `---\ntitle: A\n${front}---\n${body}\n`
const bySlug = (texts: readonly { slug: string }[]) => texts.toSorted((a, b) => (a.slug < b.slug ? -1 : 1))
const byId = (media: readonly { id: string }[]) => media.toSorted((a, b) => (a.id < b.id ? -1 : 1))

describe('an export with media', () => {
  it('an export takes the media along, and an import elsewhere gives the same texts and media: ids, names, words and focal points', async () => {
    const [one, other] = [await startBlog(), await startBlog()]
    const folder = newFolder()
    await write(folder, {
      '_posts/2015-01-02-a.md': text(
        '![A heron](</i/Zürich (1), 50%.png> "At dawn") `/api/media/x` [whole](</i/Zürich (1), 50%.png>) [paper](/i/paper.pdf)\n\n<img src="/i/b.png" alt="">',
        'image: /i/b.png\nimage_alt: Grey\n',
      ),
      '_drafts/later.md': text('![](/j/b.png)', 'date: 2015-01-05\n'),
      'i/Zürich (1), 50%.png': pngOf({ width: 1_000, height: 500 }),
      'i/b.png': pngOf({ grey: 10 }),
      'j/b.png': pngOf({ grey: 200 }),
      'i/paper.pdf': Buffer.from('%PDF-1.4\n%%EOF\n'),
    })
    expect(await one.bring(folder)).toMatchObject({ stopped: null, refused: [], notes: [] })
    const [cover] = (await one.media()).filter(({ alt }) => alt === 'Grey')
    expect((await one.ask('PATCH', `/media/${cover?.id}`, { focus: { x: 0.25, y: 1 } })).status).toBe(200)

    const out = join(folder, 'out')
    const written = await exportBlog(one.source(), { folder: out, now })
    expect([written.counts.media, written.leftOut.media]).toEqual([4, 0])
    expect(readdirSync(join(out, 'media')).sort()).toEqual([
      'Zürich (1), 50%.png',
      'b (2).png',
      'b.png',
      'paper.pdf',
    ])
    const post = readFileSync(join(out, '_posts/2015-01-02-a.md'), 'utf8')
    expect(post).toContain(
      '![A heron](../media/Z%C3%BCrich%20%281%29%2C%2050%25.png "At dawn") `/api/media/x` [whole](../media/Z',
    )
    expect(post).toMatch(/^image: \/media\/b/m)

    const first = await other.bring(out)
    expect([first.stopped, first.refused, first.skipped, first.notes]).toEqual([null, [], [], []])
    expect(first.counts.picture).toEqual({ imported: 4, unchanged: 0, skipped: 0, refused: 0 })
    expect(byId(await other.media())).toEqual(byId(await one.media()))
    // The cover's address says the focal point, which it was given after the text was written.
    const withFocus = (await one.texts()).map((each) => ({
      ...each,
      cover: each.cover && `${each.cover}@25,100`,
    }))
    expect(bySlug(await other.texts())).toEqual(bySlug(withFocus))
    expect((await other.bring(out)).counts.picture).toMatchObject({ imported: 0, unchanged: 4 })

    const again = join(folder, 'again')
    await exportBlog(other.source(), { folder: again, now })
    for (const each of readdirSync(join(out, '_data/media')))
      expect(readFileSync(join(again, '_data/media', each), 'utf8')).toBe(
        readFileSync(join(out, '_data/media', each), 'utf8'),
      )

    const bare = join(folder, 'bare')
    const texts = await exportBlog(one.source({ media: undefined }), { folder: bare, now })
    expect([texts.counts.media, readdirSync(join(bare, 'media'))]).toEqual([0, []])
    expect(readFileSync(join(bare, '_posts/2015-01-02-a.md'), 'utf8')).toContain('](/api/media/')
  })

  it('an import of an export reads no file outside of its folder, and names what is missing', async () => {
    const blog = await startBlog()
    const folder = newFolder()
    const out = join(folder, 'out')
    await exportBlog(blog.source(), { folder: out, now })
    await writeFile(join(folder, 'secret.png'), pngOf())
    await symlink(join(folder, 'secret.png'), join(out, 'media/link.png'))
    await writeFile(join(out, 'media/stray.png'), pngOf())
    await mkdir(join(out, '_data/media'), { recursive: true })
    const said = ['../../secret.png', 'link.png', '/etc/hostname', 'gone.png', '']
    for (const [index, file] of said.entries()) {
      const id = `c0ffee00-1111-5222-8333-44445555000${index}`
      await writeFile(join(out, `_data/media/${id}.yml`), JSON.stringify({ id, file, name: 'a.png' }))
    }
    const { counts, refused, skipped } = await blog.bring(out)
    expect([counts.picture.imported, counts.picture.refused]).toEqual([0, said.length])
    expect(refused.map(({ reason }) => reason)).toEqual(['its file is not in the folder'])
    expect(skipped).toMatchObject([{ reason: 'is no file of an export', places: ['media/stray.png'] }])
    expect(await blog.media()).toEqual([])
  })
})

describe('a file of an export', () => {
  const whole = Buffer.from('0123456789'.repeat(10_000))
  const etag = `"${createHash('sha256').update(whole).digest('hex')}"`
  const get = async (answer: RequestListener, place = join(newFolder(), 'file')) => {
    const url = await startSite(answer)
    const isThere = await download({ url, bytes: whole.length }, place, { retryMsMin: 1 })
    return { isThere, bytes: readFileSync(place) }
  }

  it('a file of an export continues where its connection broke, and is compared as a whole', async () => {
    const ranges: (string | undefined)[] = []
    const place = join(newFolder(), 'file')
    const { bytes } = await get((req, res) => {
      ranges.push(req.headers.range)
      const from = Number(/\d+/.exec(req.headers.range ?? '')?.[0] ?? 0)
      if (ranges.length === 2) return void res.writeHead(503).end()
      res.writeHead(from > 0 ? 206 : 200, { ETag: etag, 'Content-Length': whole.length - from })
      if (ranges.length > 2) res.end(whole.subarray(from))
      else {
        res.write(whole.subarray(0, 40_000))
        // Not before they have arrived: a connection that is destroyed loses what is on its way.
        void vi.waitFor(() => expect(statSync(place).size).toBe(40_000)).then(() => res.destroy())
      }
    }, place)
    expect(bytes.equals(whole)).toBe(true)
    expect([ranges.length, ranges[0]]).toEqual([3, undefined])
    expect(ranges[2]).toBe('bytes=40000-')
  })

  it('a file of an export that is not what the blog says ends it, and one that is gone is left out', async () => {
    const wrong = Buffer.from(whole)
    wrong[7] = 0
    await expect(get((_req, res) => res.setHeader('ETag', etag).end(wrong))).rejects.toThrow(
      'is not the file',
    )
    await expect(get((_req, res) => res.writeHead(403).end())).rejects.toThrow('answered 403')
    expect((await get((_req, res) => res.writeHead(404).end())).isThere).toBe(false)
  })

  it('files of an export have names of their own, whatever their media are called', () => {
    const nameOf = createFileNames()
    const names = [
      'a.png',
      'A.PNG',
      'a.png',
      'a (2).png',
      '../a.png',
      '..',
      '',
      '.hidden',
      'CON:',
      'x'.repeat(250),
      'z\u0308',
      '\u017c',
      'a\u0000b',
    ]
    const given = names.map((name, index) => nameOf({ id: `id-${index}`, name }))
    expect(given.slice(0, 4)).toEqual(['a.png', 'A (2).PNG', 'a (3).png', 'a (2) (2).png'])
    expect(new Set(given.map((name) => name.normalize('NFC').toLowerCase())).size).toBe(names.length)
    for (const name of given) expect(name).toMatch(/^[^/\\:\0.][^/\\:\0]*$/)
  })
})
