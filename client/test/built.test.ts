import { afterAll, beforeAll, expect } from 'vitest'
import { describeAccountPages } from './account-pages.ts'
import { describeBrowser } from './browser.ts'
import { startWorld, type World } from './built.ts'
import { describePages } from './pages.ts'
import { describeOwnPages } from './pages-own.ts'
import { describePastPages } from './pages-past.ts'
import { describeSlowPages } from './pages-slow.ts'

const buildMsMax = 90_000
let world: World

// One file, so that the client is built once.
beforeAll(async () => {
  world = await startWorld()
}, buildMsMax)
afterAll(async () => {
  expect(await world.close(), 'ends in order when it is asked to').toBe(0)
})

describePages(() => world)
describeAccountPages(() => world)
describeOwnPages(() => world)
describePastPages(() => world)
describeSlowPages(() => world)
describeBrowser(() => world)
