import { createServer } from 'node:http'
import { describe, expect, it, vi } from 'vitest'
import { inBrowser } from './browser.ts'
import { heron } from './browser-places.ts'
import { worldOfFile } from './built.ts'
import { sessionOf } from './fake-accounts.ts'
import { get, send } from './requests.ts'
import { idOf } from './sample-blog.ts'

const world = worldOfFile()

describe('a vote without scripts', () => {
  it('a vote without scripts is withdrawn by the same button', async () => {
    const comment = world().fake.comments.get(idOf(101))
    if (comment === undefined) throw new Error('The sample blog has no such comment.')
    const buttons = async (vote: 1 | -1 | null) => {
      world().fake.votes.clear()
      if (vote) world().fake.votes.set(comment.id, vote)
      const { html } = await get(`${world().url}${heron}`)
      const [row = ''] = html.slice(html.indexOf(`id="comment-${comment.id}"`)).split('</form>')
      return [...row.matchAll(/<button type="submit"[^>]*?value="(-?[01])"/g)].map(([, value]) => value)
    }
    expect(await buttons(null)).toEqual(['1', '-1'])
    expect(await buttons(1)).toEqual(['0', '-1'])
    expect(await buttons(-1)).toEqual(['1', '0'])
    await send(world(), { path: heron, fields: { intent: 'vote', id: comment.id, value: '0' } })
    expect(world().fake.asked.findLast(({ method }) => method === 'PUT')?.body).toEqual({ value: 0 })
    world().fake.votes.clear()
  })
})

const write = async (content: string, more = {}) => {
  const answer = await fetch(`${world().url}/api/posts`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Cookie: sessionOf('owner') },
    body: JSON.stringify({ title: 'Looks', content, status: 'published', ...more }),
  })
  return `/posts/${((await answer.json()) as { slug: string }).slug}`
}

describe('the cover of a post', () => {
  const media = '/api/media/0197a1b2-aaaa-7000-8000-00000000beef'
  const pictureIn = (html: string, name: string) =>
    new RegExp(`<picture>(?:(?!</picture>).)*class="focus ${name}".*?</picture>`).exec(html)?.[0] ?? ''

  it('a cover of the blog’s media has its variants, size, focal point and words, and the page asks for it first', async () => {
    const cover = `${media}/w1600.jpg#1600x900@31,88`
    const { html } = await get(
      `${world().url}${await write('Words.', { cover, coverAlt: 'A heron', tags: ['covered'] })}`,
    )
    const shown = pictureIn(html, 'cover')
    expect(shown).toMatch(
      /<source type="image\/avif" srcSet="[^"]*w640\.avif 640w, [^"]*" sizes="\(min-width/,
    )
    expect(shown).toMatch(/<img [^>]*data-x="30" data-y="90" fetchPriority="high"/)
    expect(shown).toContain(`width="1600" height="900" src="${media}/w1280.jpg" alt="A heron"`)
    expect(html).toContain(`<meta property="og:image" content="http://localhost:3000${media}/card.jpg"/>`)
    expect(html).toContain('<meta property="og:image:width" content="1200"/>')
    const list = await get(`${world().url}/tags/covered`)
    const preview = pictureIn(list.html, 'card-cover')
    expect(preview).toContain(`src="${media}/w320.jpg" alt="A heron"`)
    expect(preview).toContain('sizes="(min-width: 37.5rem) 9rem, 5.5rem"')
    expect(list.html).toMatch(
      /<a class="card-picture" tabindex="-1" aria-hidden="true" [^>]*href="\/posts\//i,
    )
  })

  it('lists load the pictures of posts further down when they are near', async () => {
    for (let each = 0; each < 4; each++) await write('Words.', { cover: `/${each}.jpg`, tags: ['many'] })
    const { html } = await get(`${world().url}/tags/many`)
    const pictures = [...html.matchAll(/<img class="focus card-cover"[^>]*>/g)].map(([img]) => img)
    expect(pictures.map((img) => img.includes('loading="lazy"'))).toEqual([false, false, false, true])
    for (const img of pictures) expect(img).toContain('width="4" height="3"')
  })
})

inBrowser(world, ({ page, open, wrong }) => {
  const sizeOf = (selector: string) =>
    page()
      .locator(selector)
      .first()
      .evaluate((it) => getComputedStyle(it).fontSize)

  it('sizes are as the tokens say, and follow the size that the reader’s browser is set to', async () => {
    await open(heron)
    expect(await sizeOf('html')).toBe('16px')
    expect([await sizeOf('.prose p'), await sizeOf('body')]).toEqual(['19px', '15px'])
    const measure = await page()
      .locator('.prose p')
      .first()
      .evaluate((it) => it.getBoundingClientRect().width)
    expect(measure).toBe(620)
    await page().evaluate(() => {
      document.documentElement.style.fontSize = '20px'
    })
    expect([await sizeOf('.prose p'), await sizeOf('body')]).toEqual(['23.75px', '18.75px'])
  })

  it('a title of one long word widens no page that names it', async () => {
    await page().setViewportSize({ width: 390, height: 844 })
    const title = 'Wattenmeerbeobachtung'.repeat(9)
    const tags = ['wattenmeer']
    const path = await write('Words of the mudflat.', { title, tags })
    await write('Words of the mudflat.', { title: `Also ${title}`, tags })
    for (const each of [path, '/', '/tags/wattenmeer', '/search?q=mudflat']) {
      await open(each)
      const widths = () =>
        page().evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth])
      const [whole, seen] = await widths()
      expect(whole, each).toBeLessThanOrEqual(seen ?? 0)
    }
  })

  it('a printed page has the text alone, and code to its end', async () => {
    await page()
      .context()
      .addCookies([{ name: 'theme', value: 'dark', url: world().url }])
    const path = await write(
      `Words. [survey](https://example.org/a)\n\n\`\`\`\n${'long '.repeat(80)}\n\`\`\`\n`,
    )
    await open(path)
    await page().emulateMedia({ media: 'print' })
    for (const selector of ['nav', 'form', 'button', 'header.masthead', 'footer.colophon'])
      for (const each of await page().locator(selector).all()) expect(await each.isVisible()).toBe(false)
    expect(await page().getByText('Words.').isVisible()).toBe(true)
    const survey = page().getByRole('link', { name: 'survey' })
    expect(await survey.evaluate((it) => getComputedStyle(it, '::after').content)).toContain(
      'https://example.org/a',
    )
    const ink = () => survey.evaluate((it) => getComputedStyle(it).color)
    await expect.poll(ink, { message: 'black, also where the dark theme was chosen' }).toMatch(/\(0,? 0,? 0/)
    const isCut = () =>
      page()
        .locator('pre')
        .evaluate((it) => it.scrollWidth > it.clientWidth || getComputedStyle(it).overflowX === 'auto')
    expect(await isCut()).toBe(false)
  })

  it('the contents of a post are folded on a phone and in the margin of a wide page', async () => {
    await page().setViewportSize({ width: 390, height: 844 })
    await open(await write('## Dawn\n\nA\n\n## Noon\n\nB\n\n## Dusk\n\nC\n'))
    const contents = page().getByRole('navigation', { name: 'Contents' })
    const entry = contents.getByRole('link', { name: 'Noon' })
    expect(await entry.isVisible()).toBe(false)
    await contents.locator('summary').press('Enter')
    await entry.waitFor()
    await contents.locator('summary').press('Enter')
    await entry.waitFor({ state: 'hidden' })
    expect(await wrong()).toEqual([])
    await page().setViewportSize({ width: 1280, height: 900 })
    await entry.click()
    await expect.poll(() => page().url()).toContain('#p-noon')
  })

  it('lists and quotes align with their text, and code and tables scroll by keyboard', async () => {
    const wide = `|${'a long head |'.repeat(20)}\n|${'-|'.repeat(20)}\n`
    await open(await write(`Words.\n\n- אחת\n\n> اقتباس\n\n${wide}`))
    for (const list of ['.prose ul', '.prose blockquote'])
      expect(
        await page()
          .locator(list)
          .evaluate((it) => getComputedStyle(it).direction),
      ).toBe('rtl')
    await page()
      .locator('.prose')
      .evaluate((it) => it.insertAdjacentHTML('beforeend', '<table><td align="right">3</td></table>'))
    const number = page().locator('.prose td[align="right"]')
    expect(await number.evaluate((it) => getComputedStyle(it).textAlign)).toMatch(/right/)
    const table = page().getByRole('group', { name: /^Table: a long head/ })
    await table.focus()
    await page().keyboard.press('ArrowRight')
    await expect.poll(() => table.evaluate((it) => it.scrollLeft)).toBeGreaterThan(0)
    expect(await wrong()).toEqual([])
  })

  it('boxes of a task list have a name, and axe finds nothing', async () => {
    await open(await write('- [x] proof-read\n- [ ] add pictures\n'))
    await page().getByRole('checkbox', { name: 'Not done' }).waitFor()
    expect(await wrong()).toEqual([])
  })

  it('a comment that was published in the meantime counts as new, and no longer as waiting', async () => {
    world().fake.say(303, 'Held at first', { status: 'pending' })
    await open(heron)
    await vi.waitFor(() => expect(world().fake.watchers()).toBeGreaterThan(0))
    const counts = page().locator('#comments-unseen')
    const waiting = async () =>
      Number(/(\d+) comments? waiting/.exec((await counts.textContent()) ?? '')?.[1] ?? 0)
    const before = await waiting()
    expect(before).toBeGreaterThan(0)
    world().fake.judge(idOf(303), 'approved')
    await page().getByRole('button', { name: '1 new ↑' }).waitFor()
    expect(await waiting()).toBe(before - 1)
    world().fake.comments.delete(idOf(303))
  })

  it('pictures that load late shift no layout', async () => {
    const { promise: asked, resolve: release } = Promise.withResolvers<void>()
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="900"><rect width="9" height="9"/></svg>'
    const pictures = createServer(async (_, res) => {
      await asked
      res.writeHead(200, { 'Content-Type': 'image/svg+xml' }).end(svg)
    })
    await new Promise<void>((resolve) => pictures.listen(0, '127.0.0.1', resolve))
    const address = pictures.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/a.svg`
    const path = await write(`Before.\n\n![A tree](${url})\n\nAfter.\n`, { cover: `${url}?cover` })
    await page().goto(`${world().url}${path}`, { waitUntil: 'domcontentloaded' })
    const placeOf = (words: string) =>
      page()
        .getByText(words)
        .evaluate((it) => it.getBoundingClientRect().top + scrollY)
    const places = async () => [await placeOf('Before.'), await placeOf('After.')]
    const before = await places()
    release()
    for (const picture of ['.cover', '.picture']) {
      const isThere = () =>
        page()
          .locator(picture)
          .evaluate((it) => (it as HTMLImageElement).naturalWidth > 0)
      await expect.poll(isThere).toBe(true)
    }
    expect(await places()).toEqual(before)
    pictures.close()
  })
})
