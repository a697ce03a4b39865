import { Router } from 'express'
import supertest from 'supertest'
import { describe, expect, it } from 'vitest'
import { Waiters } from '../../src/follow/waiters.ts'
import { createHttpApp } from '../../src/http/app.ts'
import { readAtPosition } from '../../src/http/min-position.ts'
import { silentLogger } from '../../src/logger.ts'

const boot = (position: number) => {
  const waited: number[] = []
  const follower = {
    position,
    log: { id: 'log', epoch: 3 },
    reached: async (target: number) => {
      if (target > position) waited.push(target)
      return target <= position
    },
  }
  const router = Router()
  router.get('/things', readAtPosition(follower), (_req, res) => void res.json('things'))
  const app = createHttpApp({
    name: 'things',
    logger: silentLogger,
    router,
    health: () => ({ ready: true }),
    origins: [],
  })
  const read = (wanted: number) =>
    supertest(app)
      .get('/things')
      .set({ 'Min-Position': String(wanted), Prefer: 'wait=30' })
  return { waited, read }
}

describe('a read with Min-Position', () => {
  it.each([999_999_999, 999_999_999_999_999, 4_000_000])(
    'of %i, which the log can not have reached, is refused without waiting',
    async (wanted) => {
      const { waited, read } = boot(12)
      const refused = await read(wanted)
      expect([refused.status, refused.body.code]).toEqual([503, 'view-behind'])
      expect(refused.headers['retry-after']).toBe('1')
      expect(waited).toEqual([])
    },
  )

  it('that is a little ahead waits, and one that is reached is answered', async () => {
    const { waited, read } = boot(12)
    expect((await read(13)).status).toBe(503)
    expect(waited).toEqual([13])
    expect((await read(12)).status).toBe(200)
  })

  it('is refused without waiting where too many wait', async () => {
    const waiters = new Waiters()
    const wait = () => waiters.wait({ target: 2, current: 1, timeoutMs: 60_000 })
    const all = Array.from({ length: 1_000 }, wait)
    expect(await wait()).toBe(false)
    waiters.advance(2)
    expect(new Set(await Promise.all(all))).toEqual(new Set([true]))
  })
})
