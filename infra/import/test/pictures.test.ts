import { callers } from '@logbook/chassis/testing/access.ts'
import { openBlog } from '@logbook/importer/open-blog.ts'
import { exportXml, itemXml, withFile, withFolder } from '@logbook/importer/testing/make-export.ts'
import { now, write } from '@logbook/importer/testing/make-folder.ts'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { importBlog } from '../import-blog.ts'
import { silentProgress } from '../send/progress.ts'
import { startRealServices } from './real-services.ts'
import { pngOf, startMedia, startSite } from './running-media.ts'

type Services = Awaited<ReturnType<typeof startRealServices>>

const startBlog = async (options: { allowed?: string[]; worker?: boolean } = {}) => {
  const services = await startRealServices()
  onTestFinished(() => services.close())
  const media = await startMedia({ ...services, ...options })
  return { ...services, mediaUrl: media.url, startWorker: media.startWorker }
}
type Blog = Awaited<ReturnType<typeof startBlog>>

const bring = async (path: string, blog: Blog, more: object = {}) =>
  importBlog(await openBlog({ path, now }), {
    ...blog,
    ...{ dryRun: false, progress: silentProgress, retryMsMin: 1, ...more },
  })

const post = (body: string, front = '') => `---\ntitle: A\n${front}---\n${body}\n`
const contents = async (blog: Services) => (await blog.all('PostCreated')).map(({ content }) => content)

describe('an import with pictures', () => {
  it('pictures of a folder become media once, in the address form of the composer, and a second run sends nothing', async () => {
    const blog = await startBlog()
    await withFolder(async (folder) => {
      const big = pngOf({ width: 1_200, height: 600 })
      await write(folder, {
        '_posts/2015-01-02-a.md': post(
          '![A heron](/assets/big.png "At dawn")\n\n![again](/assets/./big.png) [whole](/assets/big.png) [paper](/assets/paper.pdf)',
          'image: /assets/cover.png\nimage_alt: Grey\n',
        ),
        '_posts/2015-01-03-b.md': post('![](/assets/big.png)'),
        'assets/big.png': big,
        'assets/cover.png': pngOf(),
        'assets/paper.pdf': Buffer.from('%PDF-1.4\n%%EOF\n'),
      })
      const shown: { done: number; total: number }[] = []
      const progress = {
        ...silentProgress,
        pictures: (counts: { done: number; total: number }) => shown.push(counts),
      }
      const first = await bring(folder, blog, { progress })
      expect([first.stopped, first.refused, first.notes]).toEqual([null, [], []])
      expect(first.counts.picture).toEqual({ imported: 3, unchanged: 0, skipped: 0, refused: 0 })
      expect(shown.at(-1)).toEqual({ done: 3, total: 3 })
      const media = await blog.all('MediaRequested')
      const idOf = (name: string) => media.find((each) => each.name === name)?.id
      expect(media.map(({ name, alt }) => [name, alt]).sort()).toEqual([
        ['big.png', 'A heron'],
        ['cover.png', 'Grey'],
        ['paper.pdf', ''],
      ])
      const heron = `/api/media/${idOf('big.png')}/w960.png#1200x600`
      const [a, b] = await blog.all('PostCreated')
      expect(a?.content).toBe(
        `![A heron](${heron} "At dawn")\n\n![again](${heron}) [whole](/api/media/${idOf('big.png')}/original) [paper](/api/media/${idOf('paper.pdf')}/original)`,
      )
      expect([a?.cover, a?.coverAlt]).toEqual([`/api/media/${idOf('cover.png')}/w40.png#40x20`, 'Grey'])
      expect(b?.content).toBe(`![](${heron})`)

      const second = await bring(folder, blog)
      expect(second.counts).toMatchObject({ picture: { imported: 0, unchanged: 3 }, post: { unchanged: 2 } })
      expect(await blog.all('MediaRequested')).toHaveLength(3)
      expect(await blog.all('MediaClaimed')).toHaveLength(3)
    })
  })

  it('pictures of an export come by link, and one that cannot be fetched is refused by name while its post keeps its address', async () => {
    const bytes = pngOf()
    const asked: string[] = []
    const site = await startSite((req, res) => {
      asked.push(req.url ?? '')
      if (req.url === '/up/heron.png') res.writeHead(200, { 'Content-Type': 'image/png' }).end(bytes)
      else res.writeHead(404).end()
    })
    const attachment = itemXml({
      id: 7,
      fields: { 'wp:post_type': 'attachment', 'wp:attachment_url': `${site}/up/heron.png` },
    })
    const body = `<img src="${site}/up/heron-300x200.png" alt="A heron"> <img src="${site}/up/gone.jpg"> <img src="http://169.254.1.1/up/a.jpg">`
    const items = [
      itemXml({ id: 1, fields: { 'content:encoded': body } }),
      attachment,
      itemXml({
        id: 8,
        fields: { 'wp:post_type': 'attachment', 'wp:attachment_url': 'http://169.254.1.1/up/a.jpg' },
      }),
    ]
    const blog = await startBlog({ allowed: ['public', 'loopback'] })
    await withFile(exportXml({ items, link: site }), async (path) => {
      const { counts, refused, stopped } = await bring(path, blog)
      expect([stopped, counts.picture]).toEqual([null, { imported: 1, unchanged: 0, skipped: 0, refused: 2 }])
      expect(refused.map(({ places, reason }) => [places[0]?.replace(/^.*: (?=http)/, ''), reason])).toEqual(
        expect.arrayContaining([
          [`${site}/up/gone.jpg`, expect.stringContaining('404')],
          ['http://169.254.1.1/up/a.jpg', expect.stringContaining('url: ')],
        ]),
      )
      expect(await contents(blog)).toEqual([
        expect.stringMatching(
          new RegExp(
            `^!\\[A heron\\]\\(/api/media/[0-9a-f-]{36}/w40.png#40x20\\) !\\[\\]\\(${site}/up/gone.jpg\\) `,
          ),
        ),
      ])
      expect(asked.filter((each) => each.includes('heron'))).toEqual(['/up/heron.png'])
    })
  })

  it('texts come where no worker makes pictures, get them when one does, and a second run tries again what failed', async () => {
    const blog = await startBlog({ worker: false })
    await withFolder(async (folder) => {
      await write(folder, {
        '_posts/2015-01-02-a.md': post('![](/a.png) ![](/b.png) ![](/c.txt)'),
        'a.png': pngOf(),
        'b.png': pngOf().subarray(0, 60),
        'c.txt': Buffer.from('no picture'),
      })
      const { stopped, counts } = await bring(folder, blog, { pictureStallMsMax: 1 })
      expect(stopped).toContain('no worker has made a picture')
      expect(counts.post.imported).toBe(1)
      expect(await contents(blog)).toEqual(['![](/a.png) ![](/b.png) ![](/c.txt)'])
      const before = await blog.all('MediaRequested')
      expect(before.length).toBeGreaterThan(0)
      blog.startWorker()
      const second = await bring(folder, blog)
      expect([second.stopped, second.counts.post.unchanged]).toEqual([null, 1])
      expect(second.counts.picture).toMatchObject({ refused: 1 })
      expect(second.notes.map(({ reason }) => reason)).toContain(
        'is shown and is no picture; its address stays',
      )
      const after = await blog.all('MediaRequested')
      expect(after.map(({ id }) => id).sort()).toEqual([...new Set(after.map(({ id }) => id))].sort())
      const texts = async () =>
        (await blog.all('PostUpdated')).map((each) => 'content' in each && each.content)
      await vi.waitFor(async () =>
        expect((await texts()).at(-1)).toMatch(
          /^!\[\]\(\/api\/media\/\S+\) !\[\]\(\/b.png\) !\[\]\(\/c.txt\)$/,
        ),
      )
      // Somebody may have mended what made it fail: it is tried once more.
      await bring(folder, blog)
      expect(await blog.all('MediaRetried')).toHaveLength(1)
    })
  })

  it('a text that came without its pictures, or with some that failed, gets them when they come, and keeps what a person edited', async () => {
    let isAway = true
    const site = await startSite((_, res) => {
      if (isAway) res.writeHead(404).end()
      else res.writeHead(200, { 'Content-Type': 'image/png' }).end(pngOf())
    })
    const blog = await startBlog({ allowed: ['public', 'loopback'] })
    const send = async (address: string, method: string, json = {}) =>
      fetch(address, {
        method,
        headers: { authorization: `${await blog.header(callers.owner)}`, 'content-type': 'application/json' },
        body: JSON.stringify(json),
      })
    const latest = async () => (await blog.all('PostUpdated')).at(-1)
    await withFolder(async (folder) => {
      await write(folder, {
        '_config.yml': `url: ${site}\n`,
        '_posts/2015-01-02-a.md': post('![](/here.png) ![one](/away.png) ![two](/away.png)'),
        'here.png': pngOf(),
      })
      await bring(folder, blog, { mediaUrl: undefined })
      const [created] = await blog.all('PostCreated')
      await send(`${blog.postsUrl}/posts/${created?.id}`, 'PATCH', {
        content: created?.content.replace('![two]', 'words ![zwei]').replace('![one]', '![eins]'),
      })
      const second = await bring(folder, blog)
      expect(second.counts).toMatchObject({ post: { unchanged: 1 }, picture: { imported: 1, refused: 1 } })
      expect(second.notes).toMatchObject([{ reason: 'was here, and got pictures that it lacked' }])
      expect((await latest())?.status).toBe('published')
      const here = /^!\[\]\(\/api\/media\/\S+\/w40\.png#40x20\) /
      const textNow = async () => JSON.stringify(await latest())
      expect(JSON.parse(await textNow()).content).toMatch(here)
      expect(await textNow()).toContain(`![eins](${site}/away.png) words ![zwei](${site}/away.png)`)

      isAway = false
      const [failed] = await blog.all('MediaParked')
      expect((await send(`${blog.mediaUrl}/media/${failed?.id}/retry`, 'POST')).ok).toBe(true)
      await vi.waitFor(async () => {
        const { content } = JSON.parse(await textNow())
        expect(content).toMatch(here)
        expect(content).toMatch(/!\[eins\]\((\/api\/media\/\S+)\) words !\[zwei\]\(\1\)$/)
      })
      expect((await blog.all('PostEdited')).map(({ placed }) => placed?.length)).toEqual([undefined, 1, 1])
      expect((await bring(folder, blog)).notes).toEqual([])
      expect(await blog.all('PostEdited')).toHaveLength(3)
    })
  })

  it('pictures of hosts that cannot be reached hold no text up: each host is tried once, and the summary says why', async () => {
    const blog = await startBlog({ allowed: ['public', 'loopback'] })
    await withFolder(async (folder) => {
      for (let number = 0; number < 20; number += 1)
        await write(folder, {
          [`_posts/2015-01-02-a${number}.md`]: post(
            `![](http://one.invalid/${number}.png) ![](http://127.0.0.1:9/${number}.png)`,
          ),
        })
      await write(folder, { '_config.yml': 'url: http://one.invalid\n' })
      const { stopped, counts, refused } = await bring(folder, blog)
      expect([stopped, counts.post.imported]).toEqual([null, 20])
      expect(counts.picture.refused).toBeGreaterThan(0)
      expect(refused.map(({ reason }) => reason)).toContainEqual(expect.stringContaining('one.invalid'))
      const hosts = (await blog.all('MediaFailed')).map(({ id }) => id)
      // Two hosts, of each of which one worker tries one picture.
      expect(new Set(hosts).size).toBeLessThanOrEqual(2)
      expect((await blog.all('MediaRequested')).every(({ imported }) => imported === true)).toBe(true)
      const headers = { authorization: `${await blog.header(callers.owner)}` }
      const listed = await fetch(`${blog.mediaUrl}/media?imported=true&limit=100`, { headers })
      expect(await listed.json()).toHaveLength((await blog.all('MediaRequested')).length)
    })
  })

  it('without pictures, or in a dry run, nothing is sent to media, and a dry run counts them', async () => {
    const blog = await startBlog({ worker: false })
    await withFolder(async (folder) => {
      await write(folder, {
        '_posts/2015-01-02-a.md': post('![](/a.png)'),
        'a.png': pngOf(),
      })
      const dry = await bring(folder, blog, { dryRun: true })
      expect(dry.counts.picture.imported).toBe(1)
      const without = await bring(folder, blog, { mediaUrl: undefined })
      expect([without.counts.picture.imported, await contents(blog)]).toEqual([0, ['![](/a.png)']])
      expect(await blog.all('MediaRequested')).toEqual([])
    })
  })
})
