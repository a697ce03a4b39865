import { AxeBuilder } from '@axe-core/playwright'
import { heldAgainst } from '@logbook/chassis/testing/described.ts'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gatewayRoutes } from '../postman/routes.ts'
import { ask, blogOf } from './blog.ts'
import { type Logbook, startLogbook } from './logbook.ts'
import { hasBrowser, startBrowser, visit } from './visits.ts'

let logbook: Logbook
beforeAll(async () => {
  logbook = await startLogbook()
})
afterAll(() => logbook?.close())

describe('the description of a running blog', () => {
  it('is sound, and has every address of the gateway', async () => {
    const answer = await ask<{ paths: Record<string, Record<string, unknown>> }>(
      `${logbook.url('gateway')}/api/openapi.json`,
    )
    const { paths } = answer.json()
    expect(await heldAgainst(answer.json()).faults()).toEqual([])
    const there = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, ':')}`),
    )
    const missing = gatewayRoutes()
      .map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, ':')}`)
      .filter((row) => !row.endsWith('*') && !there.includes(row))
    expect(missing).toEqual([])
  })

  describe.skipIf(!hasBrowser)('in a browser', () => {
    let browser: Browser
    beforeAll(async () => {
      browser = await startBrowser()
    })
    afterAll(() => browser?.close())

    it('is a page by which the blog can be asked', async () => {
      await blogOf(logbook).write('The heron stood still')
      const { page, complaints, to } = await visit(browser, { origin: logbook.url('gateway') })
      await to('/docs')
      await page.getByRole('heading', { name: 'Logbook' }).waitFor()
      await page.locator('#operations-query-listTags .opblock-summary-control').click()
      await page.getByRole('button', { name: 'Try it out' }).click()
      await page.getByRole('button', { name: 'Execute' }).click()
      await page.locator('.live-responses-table .response-col_status', { hasText: '200' }).waitFor()
      expect(complaints).toEqual([])
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(
        violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ nodes }) => nodes.map(({ html }) => html.slice(0, 200))),
      ).toEqual([])
    })
  })
})
