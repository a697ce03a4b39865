import { commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { type RebuildStatus, rebuildStatus } from '@logbook/contracts/http/rebuild.ts'
import { describe, expect, it, vi } from 'vitest'
import { limits } from '../src/limits.ts'
import { idOf } from './booted.ts'
import { bootedWith, some } from './on-disk.ts'
import { serve, watch } from './watching.ts'

type Query = Awaited<ReturnType<typeof bootedWith>>

const asStream = ({ authorization }: Query) => ({
  Authorization: authorization,
  Accept: 'text/event-stream',
})

/** Watches `GET /rebuild` as its owner. */
const watchRebuild = async (query: Query, port: number) => {
  const { answer, call, told, ended } = await watch(port, '/rebuild', asStream(query))
  const said = (): RebuildStatus[] =>
    told().map(({ event, data }) => {
      expect(event).toBe('progress')
      return rebuildStatus.parse(data)
    })
  const untilLast = (wanted: Partial<RebuildStatus>) =>
    vi.waitFor(() => expect(said().at(-1)).toMatchObject(wanted), { timeout: 10_000 })
  return { answer, call, said, ended, untilLast }
}

describe('watching a rebuild', () => {
  it('a watcher of a rebuild gets its status at once, then each step up to the swap and the rollback', async () => {
    const query = await bootedWith(...some)
    const { answer, said, untilLast } = await watchRebuild(query, await serve(query.app))
    expect(answer.headers).toMatchObject({ 'content-type': 'text/event-stream; charset=utf-8' })
    expect(said()).toMatchObject([{ state: 'none', canRollBack: false }])
    await query.owner.post('/rebuild').expect(202)
    await untilLast({ state: 'ready', position: 4, target: 4 })
    expect(said().at(-1)?.difference?.tables).toMatchObject({ post: { same: 2, changed: 0 } })
    await query.owner.post('/rebuild/swap').expect(200)
    await untilLast({ state: 'none', canRollBack: true })
    await query.owner.post('/rebuild/rollback').expect(200)
    await vi.waitFor(() => expect(said().map(({ state }) => state)).toContain('rolling-back'))
    await untilLast({ state: 'none', canRollBack: true })
    const states = said().map(({ state }) => state)
    const steps = states.filter((state, n) => state !== states[n - 1])
    expect(steps).toEqual([
      ...['none', 'building', 'comparing', 'ready', 'swapping', 'none'],
      ...['rolling-back', 'none'],
    ])
  })

  it('a watcher of a rebuild is told when it is cancelled', async () => {
    const query = await bootedWith(...some)
    const { untilLast } = await watchRebuild(query, await serve(query.app))
    await query.owner.post('/rebuild').expect(202)
    await untilLast({ state: 'ready' })
    await query.owner.delete('/rebuild').expect(200)
    await untilLast({ state: 'none', canRollBack: false, fault: null })
  })

  it('the watchers of a rebuild are limited, and one that leaves makes room', async () => {
    const query = await bootedWith(...some)
    const port = await serve(query.app)
    const all = await Promise.all(
      Array.from({ length: limits.rebuildWatchersMax }, () => watchRebuild(query, port)),
    )
    const { status, headers, body } = await query.owner.get('/rebuild').set('Accept', 'text/event-stream')
    expect([status, body.code, Number(headers['retry-after'])]).toEqual([503, 'unavailable', 30])
    all[0]?.call.destroy()
    await vi.waitFor(() => watchRebuild(query, port))
  })

  it('only owners and operators watch a rebuild, and a HEAD request ends', async () => {
    const query = await bootedWith(...some)
    expect((await query.http.get('/rebuild').set('Accept', 'text/event-stream')).status).toBe(401)
    await query.owner.head('/rebuild').set('Accept', 'text/event-stream').expect(200)
    expect((await query.owner.get('/rebuild').set('Accept', 'image/png')).body.code).toBe('not-acceptable')
  })
})

describe('watching a post while the file that answers is swapped', () => {
  it('a watcher of a post gets each change once and in order across swaps, and no earlier ones', async () => {
    const query = await bootedWith(...some)
    const port = await serve(query.app)
    const path = `/changes?post=${idOf(1)}`
    const watching = await Promise.all([1, 2, 3].map(() => watch(port, path)))
    let commenting = true
    const comment = async (): Promise<number> => {
      let n = 0
      for (; commenting; n++) {
        await query.publish(commentUpdated({ id: idOf(1_000 + n), postId: idOf(1), status: 'approved' }))
        const shown = { 'Min-Position': String(query.store.head()), Prefer: 'wait=10' }
        await query.http.get('/tags').set(shown).expect(200)
      }
      return n
    }
    const comments = comment()
    const returned: Awaited<ReturnType<typeof watch>>[] = []
    for (let round = 0; round < 3; round++) {
      await query.owner.post('/rebuild').send({ swap: true }).expect(202)
      await vi.waitFor(
        async () => expect(await query.status()).toMatchObject({ state: 'none', canRollBack: true }),
        { timeout: 15_000 },
      )
      // One who left comes back to another file with what the last one told them.
      const position = String(some.length + round)
      returned.push(await watch(port, path, { 'Last-Event-ID': position }))
    }
    await query.owner.post('/rebuild/rollback').expect(200)
    commenting = false
    const expected = Array.from({ length: await comments }, (_, n) => String(some.length + 1 + n))
    expect(expected.length).toBeGreaterThan(3)
    for (const { told } of watching)
      await vi.waitFor(() => expect(told().map(({ id }) => id)).toEqual(expected), { timeout: 10_000 })
    for (const [round, { told }] of returned.entries())
      await vi.waitFor(
        () => {
          const ids = told().map(({ id }) => id)
          // Who missed more than is told one by one loads the page again, and is told what comes after.
          const from = told()[0]?.event === 'reload' ? expected.indexOf(ids[0] ?? '') : round
          expect(ids).toEqual(expected.slice(from))
        },
        { timeout: 10_000 },
      )
  })
})
