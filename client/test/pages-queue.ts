import { describe, expect, it } from 'vitest'
import type { World } from './built.ts'
import { sessionOf } from './fake-accounts.ts'
import { mediumIds } from './fake-media.ts'
import { get, send } from './requests.ts'

const path = '/media/queue'
const headers = { Cookie: sessionOf('moderator') }

/** The work queue, as a browser without scripts meets it. */
export const describeJobQueue = (world: () => World) => {
  describe('the work queue', () => {
    const open = async (search = '') => (await get(`${world().url}${path}${search}`, headers)).html

    it('the work queue is for moderators and owners', async () => {
      expect((await get(`${world().url}${path}`)).status).toBe(302)
      expect((await get(`${world().url}${path}`, { Cookie: sessionOf('author') })).status).toBe(403)
      expect((await get(`${world().url}/`, headers)).html).toContain(`href="${path}"`)
    })

    it('the work queue counts jobs by state, names the workers with their rate, and lists parked jobs first, with the reason', async () => {
      const html = await open()
      expect(html).toMatch(/<dt>parked<\/dt><dd>1/)
      expect(html).toMatch(/<dt>in progress<\/dt><dd>1/)
      expect(html).toMatch(/<bdi>barn-1<\/bdi>.*at work.*2\.4 a minute · 12 finished and 5 failed/s)
      expect(html).toContain('torn.png')
      expect(html).toContain('The picture is damaged.')
      expect(html).not.toContain('heron.jpg')
      expect(await open('?state=finished')).toContain('heron.jpg')
      expect(await open('?state=not+started')).toContain('No job waits.')
    })

    it('the work queue can list what imports brought alone, and keeps to that from state to state', async () => {
      const html = await open('?state=failed&imported=true')
      expect(html).toContain('Only what imports brought is listed.')
      expect(html).toContain('href="/media/queue?state=finished&amp;imported=true"')
      expect(await open('?state=failed')).not.toContain('Only what imports brought')
    })

    it('the work queue shows what happened to a job, each entry with what it follows from', async () => {
      const html = await open(`?state=failed&job=${mediumIds.broken}`)
      expect(html.match(/<li id="entry-e\d">/g)).toHaveLength(4)
      expect(html).toMatch(
        /Attempt 1 failed\..*The picture is damaged\..*follows from 2 · lease 1 · 0\.8 s into it · MediaFailed at position 3/s,
      )
      expect(await open('?job=01970000-0000-7000-8000-000000000899')).toContain('its file was removed')
    })

    it('a parked job is tried again by a plain form, and keeps its place', async () => {
      const before = world().fake.media.get(mediumIds.broken)
      const fields = { intent: 'retry', id: mediumIds.broken }
      const { html } = await send(world(), { path, headers, fields })
      expect(html).toContain('“torn.png” is back at its place in the queue.')
      expect(world().fake.media.get(mediumIds.broken)?.state).toBe('not started')
      if (before) world().fake.media.set(before.id, before)
      const refused = await send(world(), { path, headers, fields: { intent: 'retry', id: 'nothing' } })
      expect([refused.status, refused.html.includes('role="alert"')]).toEqual([404, true])
    })
  })
}
