import { describe, expect, it } from 'vitest'
import type { World } from './built.ts'
import { sessionOf } from './fake-accounts.ts'
import { describeReadingPages } from './pages-reading.ts'
import { get, send } from './requests.ts'
import { idOf } from './sample-blog.ts'

const asOwner = { Cookie: sessionOf('owner') }
const postPath = '/posts/the-heron-stood-still'

/** What browsers without scripts, crawlers and the gateway get: the first response. */
export const describePages = (world: () => World) => {
  describe('the first response', () => {
    describeReadingPages(world)

    it('the first response of the home page has the newest posts and a link to older ones', async () => {
      const { status, html } = await get(`${world().url}/`)
      expect(status).toBe(200)
      expect(html).toContain('<title>Logbook of Ada</title>')
      expect(html).toMatch(/The heron stood still[\s\S]*Notes on a slow camera/)
      expect(html).toContain('10 comments')
      expect(html).toContain('href="/?cursor=4"')
      expect((await get(`${world().url}/?cursor=4`)).html).toContain('Bread, again')
    })

    it('the first response of a post has its text, contents and thread, from one request to query', async () => {
      const before = world().fake.asked.length
      const { status, html } = await get(`${world().url}${postPath}`)
      expect(status).toBe(200)
      expect(world().fake.asked.length - before).toBe(1)
      expect(html).toContain('<h2 id="p-dawn">Dawn</h2>')
      expect(html).toContain('href="#p-noon"')
      expect(html).toContain('<span class="hljs-keyword">const</span>')
      expect(html).toContain('Mine moved <strong>twice</strong>')
      expect(html.match(/<h1[ >]/g)?.length).toBe(1)
    })

    it('titles, texts, names and fields have their own text direction', async () => {
      const { html } = await get(`${world().url}${postPath}`)
      for (const element of [
        '<h1 dir="auto">',
        '<div class="prose" dir="auto">',
        '<div class="comment-text" dir="auto">',
      ])
        expect(html).toContain(element)
      expect(html).toMatch(/<bdi class="author">/)
      expect(html).toMatch(
        /<textarea[^>]*name="content"[^>]*dir="auto"|<textarea[^>]*dir="auto"[^>]*name="content"/,
      )
      const list = (await get(`${world().url}/`)).html
      for (const element of ['<h2 dir="auto">', '<p class="excerpt" dir="auto">'])
        expect(list).toContain(element)
    })

    it('the first response never has a text that may not be shown', async () => {
      const { html } = await get(`${world().url}${postPath}`)
      expect(html).not.toContain('refused')
      expect(html).toContain('1 comment waiting for a moderator · 1 comment not published')
    })

    it('the id of a post redirects to its address', async () => {
      const { status, headers } = await get(`${world().url}/posts/${idOf(1)}`)
      expect([status, headers.get('location')]).toEqual([308, postPath])
    })

    it.each(['/nothing', '/posts/nothing', `/write/${idOf(77)}`, '/__proto__'])(
      'of %s is a 404 with a way home',
      async (path) => {
        const { status, html } = await get(`${world().url}${path}`, asOwner)
        expect(status).toBe(404)
        expect(html).toContain('To the newest posts')
      },
    )

    it.each([
      '/2019/11/bread-again',
      '/2019/11/Bread-again.html',
      '/posts/bread--again',
      '/posts/Bread--Again',
      '/?p=10',
      '/?page_id=10&utm=a',
    ])('%s, the address of a post before its import, redirects to it', async (path) => {
      const { status, headers } = await get(`${world().url}${path}`)
      expect([status, headers.get('location')]).toEqual([308, '/posts/bread-again'])
    })

    it('a post with closed comments says so in place of the form, and shows its cover', async () => {
      const { html } = await get(`${world().url}/posts/bread-again`)
      expect(html).toContain('src="https://old.example/bread.jpg" alt=""')
      expect(html).toContain('<meta property="og:image" content="https://old.example/bread.jpg"')
      expect(html).toContain('Comments are closed.')
      expect(html).not.toContain('id="comment-form"')
      const open = (await get(`${world().url}${postPath}`)).html
      expect(open).not.toMatch(/class="focus cover"|Comments are closed/)
      expect(open).toContain('id="comment-form"')
    })

    it('the page of tags counts them, and the page of one tag has its posts', async () => {
      expect((await get(`${world().url}/tags`)).html).toMatch(
        /href="\/tags\/marsh"[^>]*><bdi>marsh<\/bdi><\/a> <span class="count">2/,
      )
      const { html } = await get(`${world().url}/tags/pictures`)
      expect(html).toContain('Notes on a slow camera')
      expect(html).not.toContain('The heron stood still')
    })

    it('the name of a tag redirects to its slug', async () => {
      const { status, headers } = await get(`${world().url}/tags/${encodeURIComponent('C++')}?cursor=2`)
      expect([status, headers.get('location')]).toEqual([308, '/tags/c-plus-plus?cursor=2'])
    })

    it('the first response is in the theme that the reader chose', async () => {
      expect((await get(`${world().url}/`, { Cookie: 'theme=dark' })).html).toContain('data-theme="dark"')
      expect((await get(`${world().url}/`)).html).not.toContain('data-theme=')
    })

    it('a page answers 503 with Retry-After while a service is down', async () => {
      world().fake.down.add('query')
      const { status, headers, html } = await get(`${world().url}/`)
      world().fake.down.clear()
      expect([status, headers.get('retry-after')]).toEqual([503, '5'])
      expect(html).toContain('Try again')
    })

    it('the policy of a page allows the scripts it names, and no other', async () => {
      const { headers, html } = await get(`${world().url}/write`, asOwner)
      const policy = headers.get('content-security-policy') ?? ''
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? ''
      expect(policy).not.toContain('unsafe')
      for (const [tag] of html.matchAll(/<script\b(?! type="application\/ld)[^>]*>/g))
        expect(tag).toContain(`nonce="${nonce}"`)
      expect(html).not.toMatch(/<[^>]+\sstyle=/)
      expect((await get(`${world().url}/`, asOwner)).headers.get('content-security-policy')).not.toContain(
        nonce,
      )
    })
  })

  describe('a form without JavaScript', () => {
    it('a form without scripts posts a comment, and redirects to its place', async () => {
      const { status, headers } = await send(world(), {
        path: postPath,
        fields: {
          intent: 'comment',
          postId: idOf(1),
          key: 'key-1',
          content: 'First\r\nsecond',
          name: 'Lu',
          email: 'lu@blog.example',
        },
        headers: { Authorization: 'Bearer of-the-gateway', 'X-Request-Id': 'r-1' },
      })
      const id = /^\/posts\/the-heron-stood-still\?said=([^#]+)#comment-\1$/.exec(
        headers.get('location') ?? '',
      )?.[1]
      expect(status).toBe(302)
      const asked = world().fake.asked.findLast(({ method }) => method === 'POST')
      expect(asked?.headers).toMatchObject({
        authorization: 'Bearer of-the-gateway',
        'x-request-id': 'r-1',
      })
      expect(asked?.body).toEqual({
        content: 'First\nsecond',
        parentId: null,
        author: { name: 'Lu', url: null, email: 'lu@blog.example' },
      })

      const [cookie = ''] = (headers.get('set-cookie') ?? '').split(';')
      const { html } = await get(`${world().url}${postPath}?said=${id}`, { Cookie: cookie })
      expect(html).toContain(`id="comment-${id}"`)
      expect(html).toContain('Waiting for a moderator')
      const read = world().fake.asked.at(-1)
      expect(read?.headers).toMatchObject({ 'min-position': cookie.split('=')[1], prefer: 'wait=2' })
    })

    it('a form without scripts keeps what was typed when the comment is refused, or the service is down', async () => {
      const fields = { intent: 'comment', postId: idOf(1), content: '  ', name: 'Lu' }
      const refused = await send(world(), { path: postPath, fields })
      expect(refused.status).toBe(422)
      expect(refused.html).toContain('content must not be empty')
      world().fake.down.add('comments')
      const away = await send(world(), { path: postPath, fields: { ...fields, content: 'Keep <me>' } })
      world().fake.down.add('query')
      const allAway = await send(world(), { path: postPath, fields: { ...fields, content: 'Keep <me>' } })
      world().fake.down.clear()
      for (const { status, html } of [away, allAway]) {
        expect(status).toBe(503)
        expect(html).toContain('Keep &lt;me&gt;</textarea>')
        // It can be sent from this page, whatever of the blog is away.
        expect(html).toMatch(/<form[^>]*method="post"[\s\S]*name="postId"[\s\S]*name="content"/)
      }
    })

    it('a form without scripts saves a post, and shows both texts when it was saved elsewhere', async () => {
      const created = await send(world(), {
        path: '/write',
        headers: asOwner,
        fields: {
          intent: 'save',
          title: 'Mine',
          content: 'one\r\ntwo',
          tags: 'a, b',
          excerpt: '',
          key: 'k2',
        },
      })
      const asked = world().fake.asked.findLast(
        ({ method, url }) => method === 'POST' && url.pathname === '/posts',
      )
      expect(asked?.body.content).toBe('one\ntwo')
      const path = created.headers.get('location') ?? ''
      expect(path).toMatch(/^\/write\/[0-9a-f-]{36}$/)
      const clash = await send(world(), {
        path,
        headers: asOwner,
        fields: { intent: 'save', title: 'Mine', content: 'late', tags: '', excerpt: '', version: '7' },
      })
      expect(clash.status).toBe(412)
      expect(clash.html).toMatch(/late[\s\S]*<\/textarea>/)
      expect(clash.html).toContain('two</textarea>')
      const published = await send(world(), {
        path,
        headers: asOwner,
        fields: { intent: 'publish', title: 'Mine', content: 'late', tags: '', excerpt: '', version: '1' },
      })
      expect(published.headers.get('location')).toMatch(/^\/posts\//)
      const drafts = await get(`${world().url}/drafts?delete=${path.slice('/write/'.length)}`, asOwner)
      expect(drafts.html).toContain('Delete permanently')
      const gone = await send(world(), {
        path: '/drafts',
        headers: asOwner,
        fields: { intent: 'delete', id: path.slice('/write/'.length), version: '3' },
      })
      expect(gone.headers.get('location')).toBe('/drafts')
      expect((await get(`${world().url}${published.headers.get('location')}`)).status).toBe(404)
    })

    it('a verdict applies to the text that was read', async () => {
      const queued = [...world().fake.queue.values()][2]
      const { headers } = await send(world(), {
        path: '/moderation',
        headers: asOwner,
        fields: { id: queued?.id ?? '', status: 'rejected', reason: 'no', revision: '1', version: '1' },
      })
      expect(headers.get('location')).toBe(`/moderation?judged=${queued?.id}`)
      const { body, headers: sent } = world().fake.asked.at(-1) ?? {}
      expect(body).toEqual({ status: 'rejected', reason: 'no', revision: 1 })
      expect(sent?.['if-match']).toBe('"1"')
    })

    it('a form without scripts switches the theme and redirects back', async () => {
      const { headers } = await send(world(), {
        path: '/theme',
        fields: { theme: 'dark' },
        headers: { Referer: `${world().url}/tags` },
      })
      expect(headers.get('location')).toBe('/tags')
      expect(headers.get('set-cookie')).toContain('theme=dark')
    })

    it.each(['https://evil.example', 'null'])(
      'from a page of another site (%s) is refused',
      async (origin) => {
        const { status } = await send(world(), {
          path: '/drafts',
          fields: { intent: 'delete', id: idOf(1), version: '1' },
          headers: { Origin: origin },
        })
        expect(status).toBe(400)
        expect(world().fake.posts.has(idOf(1))).toBe(true)
      },
    )

    it('a form that is larger than any form here is refused', async () => {
      const { status } = await send(world(), { path: postPath, fields: { content: 'x'.repeat(3_100_000) } })
      expect(status).toBe(413)
    })

    it('an unknown form changes nothing', async () => {
      const { status } = await send(world(), { path: postPath, fields: { intent: '__proto__' } })
      expect(status).toBe(400)
    })
  })

  it('GET /metrics has figures for a program of this machine, and is not found through a proxy', async () => {
    const metrics = `${world().clientUrl}/metrics`
    const { status, html } = await get(metrics)
    expect(status).toBe(200)
    expect(html).toMatch(/^http_request_duration_seconds_count\{/m)
    const passedOn = await fetch(metrics, { headers: { 'X-Forwarded-For': '203.0.113.9' } })
    expect([passedOn.status, await passedOn.text()]).toEqual([404, expect.not.stringContaining('process_')])
  })

  it.each(['/health', '/health/live', '/health/ready'])('GET %s says that it is well', async (path) => {
    const { status, html } = await get(`${world().clientUrl}${path}`)
    expect([status, JSON.parse(html)]).toMatchObject([200, { status: 'ok', service: 'client' }])
  })
}
