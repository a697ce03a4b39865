import { describe, expect, it } from 'vitest'
import { barsOf } from '../app/features/readers/periods.ts'
import type { World } from './built.ts'
import { sessionOf } from './fake-accounts.ts'
import { get } from './requests.ts'
import { idOf } from './sample-blog.ts'

const author = { Cookie: sessionOf('author') }
const lastQuestion = ({ fake }: World) =>
  fake.asked.findLast(({ url }) => url.pathname.startsWith('/figures'))?.url

/** How often posts were opened, for those who write. */
export const describeReadersPages = (world: () => World) => {
  describe('the page of readers', () => {
    it('readers and strangers do not get to it, nor to its file', async () => {
      for (const path of ['/readers', `/readers/${idOf(1)}`, '/readers.csv']) {
        expect((await get(`${world().url}${path}`)).headers.get('location')).toContain('/sign-in?next=')
        expect((await get(`${world().url}${path}`, { Cookie: sessionOf('reader') })).status).toBe(403)
      }
    })

    it('writers see readers and views by day, as a drawing with a name and as a table, by post and by referrer', async () => {
      const { status, html } = await get(`${world().url}/readers`, author)
      expect(status).toBe(200)
      expect(html).toMatch(/<svg[^>]*role="img"[^>]*aria-label="Readers and views from [^"]*Most readers: /)
      expect(html).toMatch(/<th scope="row">[^<]*<\/th><td>\d+<\/td><td>\d+<\/td>/)
      expect(html).toContain(`href="/readers/${idOf(1)}"`)
      expect(html).toMatch(/news\.example\.org<\/th><td>1<\/td>/)
      expect(html).toContain('There are no cookies.')
    })

    it.each([
      ['', 30],
      ['?days=90', 90],
      ['?days=365', 365],
      ['?days=1000000', 30],
      ['?days=<b>', 30],
    ])('the period of /readers%s has %i days', async (search, days) => {
      expect((await get(`${world().url}/readers${search}`, author)).status).toBe(200)
      const asked = lastQuestion(world())?.searchParams
      const [from, to] = ['from', 'to'].map((name) => Date.parse(asked?.get(name) ?? ''))
      expect((Number(to) - Number(from)) / 86_400_000 + 1).toBe(days)
    })

    it('one post has figures of its own, and none that is not there', async () => {
      const { html } = await get(`${world().url}/readers/${idOf(1)}?days=90`, author)
      expect(lastQuestion(world())?.pathname).toBe(`/figures/${idOf(1)}`)
      expect(html).toContain('Readers of')
      expect(html).toContain(`/readers.csv?days=90&amp;post=${idOf(1)}`)
      expect((await get(`${world().url}/readers/${idOf(999)}`, author)).status).toBe(404)
    })

    it('the days of a period come as CSV', async () => {
      const { headers, html } = await get(`${world().url}/readers.csv?days=90&post=${idOf(1)}`, author)
      expect(headers.get('content-type')).toBe('text/csv; charset=utf-8')
      expect(headers.get('content-disposition')).toMatch(/^attachment; filename="readers-[\d-]+\.csv"$/)
      const lines = html.split('\r\n')
      expect([lines[0], lines.length, lines.at(-2)]).toEqual([
        ...['day,readers,views', 92, expect.stringMatching(/^\d{4}-\d\d-\d\d,2,3$/)],
      ])
    })

    it('the page of a post tells the gateway what to count, and a page of the past, a missing one and a list do not', async () => {
      const countedAs = async (path: string) =>
        (await get(`${world().url}${path}`)).headers.get('counted-view')
      expect(await countedAs('/posts/bread-again')).toMatch(/^[0-9a-f-]{36} UTC$/)
      for (const path of ['/', '/posts/none', '/posts/bread-again?asOf=1000', '/archive'])
        expect([path, await countedAs(path)]).toEqual([path, null])
    })

    it('more than 90 days are drawn by weeks, and none is lost', () => {
      const days = Array.from({ length: 365 }, (_, n) => ({ day: `day ${n}`, views: 2, readers: 1 }))
      const bars = barsOf(days)
      expect([bars.length, bars[0]?.readers, bars[1]?.readers]).toEqual([53, 1, 7])
      expect(bars.reduce((sum, { views }) => sum + views, 0)).toBe(730)
      expect(barsOf(days.slice(0, 90))).toHaveLength(90)
    })
  })
}
