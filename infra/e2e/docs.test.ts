import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { heldAgainst } from '@logbook/chassis/testing/described.ts'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFindings } from '../axe.ts'
import { gatewayRoutes } from '../postman/routes.ts'
import { root } from '../run/services.ts'
import { ask, blogOf } from './blog.ts'
import { type Logbook, startLogbook } from './logbook.ts'
import { environmentFor, filledIn, needsStop, notRun, readmeCommands, scriptFor } from './readme-commands.ts'
import { hasBrowser, startBrowser, visit } from './visits.ts'

let logbook: Logbook
beforeAll(async () => {
  logbook = await startLogbook({ apart: [] })
})
afterAll(() => logbook?.close())

describe('README', () => {
  it('every command of README succeeds on a new blog, in order', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'logbook-readme-'))
    try {
      const commands = readmeCommands()
      expect(commands.length).toBeGreaterThan(10)
      expect(Object.keys(notRun).filter((each) => !commands.includes(each))).toEqual([])
      const fill = await filledIn(folder)
      const run = commands.filter((each) => !Object.hasOwn(notRun, each) && !needsStop(each)).map(fill)
      const { stdout } = await promisify(execFile)('bash', ['-c', scriptFor(logbook, run)], {
        cwd: root,
        env: environmentFor(logbook),
        maxBuffer: 16_000_000,
      })
      // The post, its page, and the events that made it.
      expect(stdout).toContain('"slug":"hello"')
      expect(stdout).toContain('*From* a terminal')
      expect(stdout).toContain('"type":"PostCreated"')
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})

describe('the description of a running blog', () => {
  it('the description of a running blog is sound, and has every address of the gateway', async () => {
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
      await page.locator('#operations-tag-query').click()
      await page.locator('#operations-query-listTags .opblock-summary-control').click()
      await page.getByRole('button', { name: 'Try it out' }).click()
      await page.getByRole('button', { name: 'Execute' }).click()
      await page.locator('.live-responses-table .response-col_status', { hasText: '200' }).waitFor()
      expect(complaints).toEqual([])
      const violations = await axeFindings(page)
      expect(
        violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ nodes }) => nodes.map(({ html }) => html.slice(0, 200))),
      ).toEqual([])
    })
  })
})
