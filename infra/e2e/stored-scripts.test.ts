import { until } from '@logbook/chassis/testing/until.ts'
import type { Role } from '@logbook/contracts/identity.ts'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, ask, blogOf } from './blog.ts'
import { traps, watchFor } from './harm.ts'
import { invite, join } from './joining.ts'
import { type Logbook, startLogbook } from './logbook.ts'
import { lines, payloads } from './payloads.ts'
import { hasBrowser, running, startBrowser } from './visits.ts'

const title = '</title><img src=x onerror=ran(99)>'
const searched = '"><img src=x onerror=ran(98)>'

let logbook: Logbook
let browser: Browser
let origin: string
let slugs: string[]
let posts: string[]
let session: { Cookie: string }
let invitation: string

/** The answer of one who comes again when services have too much to do. */
const patiently = async (send: () => Promise<Answer>): Promise<Answer> => {
  let answer = await send()
  if (answer.status === 503)
    await until(async () => {
      answer = await send()
      return answer.status !== 503
    }, 'services with too much to do to answer')
  return answer
}

const storedOf = (answers: readonly Answer[]): Answer[] => {
  for (const { status, text } of answers) expect([200, 201, 422], text).toContain(status)
  return answers.filter(({ status }) => status < 300)
}

const writePosts = async (): Promise<void> => {
  const blog = blogOf(logbook)
  const short = lines(50)
  const written = await Promise.all(
    Object.values(payloads).map((text, index) =>
      patiently(() =>
        blog.askAs<{ id: string; slug: string }>('owner', '/posts', {
          method: 'POST',
          body: {
            title: text.split(/[\n\u2028\u2029]/).join(' '),
            content: `${text}\n\n> ${text}\n\n\`\`\`${text.split('\n')[0]}\n${text}\n\`\`\`\n\n# ${text}\n\n${Object.values(payloads).join('\n\n')}`,
            excerpt: text,
            tags: [short[index % short.length]],
            status: index % 5 === 4 ? 'draft' : 'published',
          },
        }),
      ),
    ),
  )
  const stored = storedOf(written).map(({ json }) => json() as { id: string; slug: string })
  expect(stored.length).toBe(Object.keys(payloads).length)
  const imported = await ask<{ outcome: string }[]>(`${logbook.url('posts')}/imports`, {
    method: 'POST',
    headers: logbook.authorizationOf(),
    body: lines(100).map((text, index) => ({
      key: text,
      title: text,
      content: Object.values(payloads).join('\n\n'),
      excerpt: text,
      tags: [text.slice(0, 50)],
      slug: `imported-${index}`,
      kind: 'post',
      status: 'published',
      authorName: text,
      createdAt: `2024-01-${10 + index}T00:00:00.000Z`,
      publishedAt: `2024-01-${10 + index}T00:00:00.000Z`,
    })),
  })
  expect(new Set(imported.json().map(({ outcome }) => outcome))).toEqual(new Set(['imported']))
  posts = stored.map(({ id }) => id)
  slugs = [...stored.map(({ slug }) => slug), 'imported-0', 'imported-7']
}

/** As someone who was invited, and whose name is a script. */
const joinAsMallory = async (): Promise<void> => {
  const blog = blogOf(logbook)
  session = await join(blog, { email: 'mallory@blog.example', name: payloads.image ?? '' })
  invitation = await invite(blog, 'eve@blog.example')
  const send = (path: string, body: object) =>
    ask(`${blog.api}${path}`, { method: 'POST', headers: session, body })
  const own = await send('/posts', { title: 'By one with a name', content: payloads.script })
  expect(own.status, own.text).toBe(201)
  const token = await send('/accounts/tokens', { name: payloads.image })
  expect(token.status, token.text).toBe(201)
}

const comment = async (): Promise<void> => {
  const blog = blogOf(logbook)
  const [postId = ''] = posts
  const names = lines(100)
  const answers = await Promise.all(
    Object.values(payloads).flatMap((content, index) =>
      ['https://evil.example/"onmouseover="ran(96)', 'javascript:ran(95)'].map((url) =>
        patiently(() =>
          ask(`${blog.api}/posts/${postId}/comments`, {
            method: 'POST',
            body: { content, author: { name: names[index % names.length], url, email: 'a@b.example' } },
          }),
        ),
      ),
    ),
  )
  // An address of another kind is refused; the others are stored as they are.
  expect(storedOf(answers).length).toBe(Object.keys(payloads).length)
  await ask(`${blog.api}/posts/${postId}/comments`, {
    method: 'POST',
    headers: session,
    body: { content: Object.values(payloads).join('\n\n') },
  })
}

const moderate = async (): Promise<void> => {
  const blog = blogOf(logbook)
  const [, postId = ''] = posts
  const rules = await blog.askAs('moderator', '/moderation/rules', {
    method: 'PUT',
    body: {
      rules: [{ kind: 'words', name: 'held', words: ['plum', ...lines(100)], action: 'hold' }],
      why: payloads.image,
    },
  })
  expect(rules.status, rules.text).toBe(200)
  for (const content of Object.values(payloads)) {
    const id = await blog.commentForSure({ postId, content: `plum ${content}` })
    const judge = () =>
      blog.askAs('moderator', `/moderation/comments/${id}/verdict`, {
        method: 'POST',
        body: { status: 'rejected', reason: content },
      })
    if (content === payloads.image || content === payloads.script)
      await until(async () => (await judge()).status === 200, 'moderation to know the comment')
  }
  await blog.settled()
}

describe.skipIf(!hasBrowser)('what strangers wrote into every field', () => {
  beforeAll(async () => {
    logbook = await startLogbook({ apart: [], settings: { BLOG_TITLE: title } })
    origin = logbook.url('gateway')
    browser = await startBrowser()
    await writePosts()
    await joinAsMallory()
    await comment()
    await moderate()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await logbook?.close()
  })

  const tagPath = () => `/tags/${encodeURIComponent(payloads.image ?? '')}`
  const everywhere = () => [
    ...['/', '/tags', tagPath(), '/archive', '/archive/2024-01', '/no/such/<script>ran(94)</script>'],
    `/search?q=${encodeURIComponent(searched)}`,
    '/search?q=script',
    `/sign-in?next=${encodeURIComponent('javascript:ran(93)')}`,
    `/posts/${encodeURIComponent(searched)}`,
    `/posts/${slugs[0]}?sort=${encodeURIComponent(searched)}`,
    ...slugs.map((slug) => `/posts/${slug}`),
  ]
  const inside = () => ['/write', ...posts.map((id) => `/write/${id}`), '/drafts', '/moderation', '/people']
  const asRole = async (role: Role) => ({ extraHTTPHeaders: await logbook.as(role) })
  const sessions: [string, () => Promise<BrowserContextOptions>, () => string[]][] = [
    [
      'a reader',
      async () => ({}),
      () => [...everywhere(), new URL(invitation).pathname + new URL(invitation).search],
    ],
    [
      'a moderator',
      () => asRole('moderator'),
      () => ['/', '/moderation', `/posts/${slugs[0]}`, `/posts/${slugs[1]}`],
    ],
    [
      'the author of such a name',
      async () => ({ extraHTTPHeaders: session }),
      () => ['/', '/account', '/drafts', '/write', '/posts/by-one-with-a-name'],
    ],
    ['the owner', () => asRole('owner'), () => [...inside(), `/posts/${slugs[0]}`, `/posts/${slugs[1]}`]],
  ]

  it.each(sessions)(
    'runs nowhere for %s, and the policy has nothing to stop',
    async (_, contextOf, paths) => {
      const { page, wrongs, close } = await watchFor(browser, await contextOf())
      for (const path of paths()) {
        const answer = await page.goto(`${origin}${path}`, { waitUntil: 'load' })
        expect(answer?.status(), path).toBeLessThan(500)
        await running(page)
        expect([path, ...(await traps(page)), ...wrongs]).toEqual([path])
      }
      await close()
    },
    120_000,
  )

  it('is text in feeds and in the sitemap, which are well-formed', async () => {
    const { page, wrongs, close } = await watchFor(browser, {})
    await page.goto(`${origin}/archive`)
    for (const path of ['/feed.xml', '/atom.xml', '/sitemap.xml']) {
      const { status, text } = await ask(`${origin}${path}`)
      const found = await page.evaluate((xml) => {
        const read = new DOMParser().parseFromString(xml, 'application/xml')
        return read.querySelectorAll('parsererror, script, img, svg, iframe, form').length
      }, text)
      expect([path, status, found]).toEqual([path, 200, 0])
      expect(text).not.toMatch(/<!DOCTYPE/)
    }
    const feed = (
      await ask<{ title: string; items: { content_html: string }[] }>(`${origin}/feed.json`)
    ).json()
    expect(feed.title).toBe(title)
    const scripts = await page.evaluate(
      (texts) =>
        texts.flatMap((html) => {
          const read = new DOMParser().parseFromString(html, 'text/html')
          return [...read.querySelectorAll('script, svg, iframe, form, base, [onerror], [onload], [onfocus]')]
        }).length,
      feed.items.map(({ content_html: html }) => html),
    )
    expect([scripts, ...wrongs]).toEqual([0])
    await close()
  })

  it('is stopped, reported and counted where a page has it nevertheless', async () => {
    const { page, wrongs, close } = await watchFor(browser, {})
    const counts = async () =>
      [...(await ask(`${origin}/metrics`)).text.matchAll(/^csp_violations_total\{.*\} (\d+)$/gm)].map(
        ([, count]) => Number(count),
      )
    // None of all the pages before had anything to report.
    expect(await counts()).toEqual([])
    await page.goto(`${origin}/`)
    await page.evaluate(() => {
      document.body.insertAdjacentHTML('beforeend', '<img src="/none" onerror="ran(0)">')
    })
    await expect.poll(counts, { timeout: 10_000 }).toEqual([1])
    await expect.poll(() => wrongs).toEqual([expect.stringContaining('script-src-attr')])
    await expect
      .poll(() => logbook.output('gateway'))
      .toContain('a page was kept from doing what its policy forbids')
    await close()
  })
})
