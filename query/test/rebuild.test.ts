import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cases } from '@logbook/chassis/testing/cases.ts'
import { commentCreated, commentUpdated } from '@logbook/contracts/examples/comments.ts'
import { postCreated } from '@logbook/contracts/examples/posts.ts'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { openRows, openSearchIndex, openView } from '../src/open.ts'
import { projectionsVersion } from '../src/projections/all.ts'
import { openRegistry } from '../src/rebuild/registry.ts'
import { idOf } from './booted.ts'
import { historyWithTakeDowns } from './histories.ts'
import { boot, bootedWith, database, some } from './on-disk.ts'
import { findsItsWords, parts, rowsOf } from './rows-of.ts'

describe('a rebuild', () => {
  it('a rebuild gets ready beside the live view, keeps up with the log, and answers after a swap', async () => {
    const query = await bootedWith(...some)
    expect(await query.status()).toMatchObject({ state: 'none', canRollBack: false })
    const begun = await query.owner.post('/rebuild')
    expect([begun.status, begun.body.state]).toEqual([202, 'building'])
    const { difference } = await query.until('ready')
    expect(difference).toMatchObject({
      position: 4,
      tables: {
        post: { same: 2, added: 0, removed: 0, changed: 0 },
        comment: { same: 2, added: 0, removed: 0, changed: 0 },
        search: { same: 3, added: 0, removed: 0, changed: 0 },
      },
    })
    await query.publish(commentUpdated({ id: idOf(11), postId: idOf(1), status: 'rejected' }))
    await query.settled(query.store.head)
    const before = await query.http.get('/posts/one')
    const first = query.liveFile()
    const swapped = await query.owner.post('/rebuild/swap')
    expect(swapped.body).toMatchObject({ state: 'none', canRollBack: true })
    expect(query.liveFile()).not.toBe(first)
    const after = await query.http.get('/posts/one')
    expect([after.text, after.headers.etag, after.headers.position]).toEqual([
      before.text,
      before.headers.etag,
      before.headers.position,
    ])
    expect((await query.owner.get('/posts/one?asOf=3')).body.comments).toMatchObject([
      { content: 'well said' },
    ])
    expect((await query.http.get('/posts/one?asOf=3')).body.comments).toEqual([])
  })

  it('a rebuild makes the same bytes as the live view, for any history', async () => {
    await fc.assert(
      fc.asyncProperty(historyWithTakeDowns, async (events) => {
        const file = database()
        const query = boot(file)
        for (const event of events) await query.publish(event)
        await query.settled(query.store.head)
        await query.owner.post('/rebuild')
        const { difference } = await query.until('ready')
        for (const table of Object.values(difference?.tables ?? {}))
          expect(table).toMatchObject({ added: 0, removed: 0, changed: 0 })
        await query.owner.post('/rebuild/swap')
        const files = [query.registry.get('live')?.file ?? '', query.registry.get('previous')?.file ?? '']
        await query.close()
        const [live, previous] = files.map(openView)
        if (!live || !previous) throw new Error('a file is missing')
        findsItsWords(live.searchDb)
        for (const part of parts) {
          expect(rowsOf(live[part])).toEqual(rowsOf(previous[part]))
          live[part].close()
          previous[part].close()
        }
      }),
      cases(7),
    )
  })

  it('a rebuild reports row by row how the new file differs', async () => {
    const query = await bootedWith(...some)
    const live = openRows(query.liveFile())
    live.exec(`
      UPDATE comment SET public = '{"forged":true}';
      DELETE FROM post_past;
      INSERT INTO slug VALUES ('zzz', 'nobody', 1);`)
    live.close()
    const index = openSearchIndex(`${query.liveFile()}-search`)
    index.exec("UPDATE said SET body = 'forged' WHERE rowid = 3")
    index.close()
    await query.owner.post('/rebuild')
    const { difference } = await query.until('ready')
    expect(difference?.tables).toMatchObject({
      post: { same: 1, added: 1, removed: 0, changed: 0, samples: [{ kind: 'added', key: [idOf(1), 1] }] },
      comment: { same: 1, changed: 1, samples: [{ kind: 'changed', live: { public: '{"forged":true}' } }] },
      slug: { same: 1, removed: 1, samples: [{ kind: 'removed', key: ['zzz'] }] },
      post_tag: { added: 0, removed: 0, changed: 0 },
      search: {
        ...{ same: 2, added: 0, removed: 0, changed: 1 },
        samples: [{ kind: 'changed', key: [3], live: { body: 'forged' }, next: { body: 'well said' } }],
      },
    })
  })

  it('a rebuild with swap takes over by itself, and a rollback brings the previous file up to date', async () => {
    const query = await bootedWith(...some)
    const first = query.liveFile()
    await query.owner.post('/rebuild').send({ swap: true })
    await vi.waitFor(async () =>
      expect(await query.status()).toMatchObject({ state: 'none', canRollBack: true }),
    )
    await query.publish(postCreated({ id: idOf(2), slug: 'two' }))
    await query.settled(query.store.head)
    const back = await query.owner.post('/rebuild/rollback')
    expect([back.status, query.liveFile()]).toEqual([200, first])
    const { body, headers } = await query.http.get('/posts/two')
    expect([body.id, headers.position]).toEqual([idOf(2), '5'])
  })

  it('DELETE ends a rebuild and leaves no file', async () => {
    const query = await bootedWith(...some)
    await query.owner.post('/rebuild')
    await query.until('ready')
    const next = query.registry.get('next')?.file ?? ''
    expect(existsSync(next)).toBe(true)
    expect((await query.owner.delete('/rebuild')).body.state).toBe('none')
    expect([existsSync(next), query.registry.get('next')]).toEqual([false, undefined])
  })

  it.each([
    ['post', '/rebuild/swap'],
    ['post', '/rebuild/rollback'],
    ['delete', '/rebuild'],
  ] as const)('%s %s is refused when there is nothing to do', async (method, path) => {
    const query = await bootedWith(...some)
    expect((await query.owner[method](path)).body.code).toBe('conflict')
  })

  it('a rebuild continues after a crash from the checkpoint of its file', async () => {
    const file = database()
    const query = boot(file)
    await query.publish(...some)
    await query.settled(query.store.head)
    await query.owner.post('/rebuild')
    await query.until('ready')
    const next = query.registry.get('next')?.file
    await query.close()
    await query.publish(postCreated({ id: idOf(2), slug: 'two' }))
    const again = boot(file, query)
    await again.settled(query.store.head)
    expect(again.registry.get('next')?.file).toBe(next)
    await again.until('ready')
    expect((await again.owner.post('/rebuild/swap')).status).toBe(200)
    expect((await again.http.get('/posts/two')).status).toBe(200)
    expect(
      readdirSync(join(file, '..'))
        .filter((name) => !/-(wal|shm)$/.test(name))
        .sort(),
    ).toEqual([
      ...['query.sqlite', 'query.sqlite-2', 'query.sqlite-2-search'],
      ...['query.sqlite-search', 'query.sqlite-views'],
    ])
  })

  it('files of views that are not registered are removed, and no other files', () => {
    const file = database()
    const registry = openRegistry(file)
    registry.live(projectionsVersion)
    const next = registry.beginNext(projectionsVersion, false).file
    registry.close()
    const left = ['', '-search', '-3-search', '-3-search-wal', '-4', '-4-shm', '-2', '-2-search']
    const others = ['-views', '-search-old', '-5.bak', '-search.copy']
    for (const name of [...left, ...others]) if (name !== '-views') writeFileSync(file + name, '')
    openRegistry(file).close()
    expect(next).toBe(`${file}-2`)
    const kept = ['', '-search', '-2', '-2-search', ...others].map((name) => `query.sqlite${name}`)
    expect(
      readdirSync(join(file, '..'))
        .filter((name) => !/-(wal|shm)$/.test(name))
        .sort(),
    ).toEqual(kept.sort())
  })

  it('a rebuild starts by itself if the projections are newer than the file, which answers meanwhile', async () => {
    const file = database()
    const query = boot(file)
    await query.publish(...some)
    await query.settled(query.store.head)
    await query.close()
    const registry = openRegistry(file)
    registry.beginNext(projectionsVersion - 1, false)
    registry.promote()
    registry.close()
    const again = boot(file, query)
    await vi.waitFor(async () => {
      expect(await again.status()).toMatchObject({ state: 'none', liveVersion: projectionsVersion })
    })
    expect((await again.http.get('/posts/one')).status).toBe(200)
  })
})

describe('readers throughout a rebuild and a swap', () => {
  it('readers see no error, no gap and no step back throughout a rebuild and a swap', async () => {
    const query = await bootedWith(...some)
    let reading = true
    const statuses = new Set<number>()
    let reads = 0
    const read = async () => {
      let [position, count, searched, found] = [0, 0, 0, 0]
      while (reading) {
        const { status, headers, body } = await query.http.get('/posts/one')
        statuses.add(status)
        expect(Number(headers.position)).toBeGreaterThanOrEqual(position)
        expect(body.commentCount).toBeGreaterThanOrEqual(count)
        ;[position, count] = [Number(headers.position), body.commentCount]
        reads++
        const search = await query.http.get('/search?q=well+said&limit=100')
        statuses.add(search.status)
        expect(Number(search.headers.position)).toBeGreaterThanOrEqual(searched)
        expect(search.body.length).toBeGreaterThanOrEqual(Math.min(found, 100))
        ;[searched, found] = [Number(search.headers.position), search.body.length]
      }
    }
    const write = async () => {
      for (let n = 0; reading; n++) {
        const id = idOf(1_000 + n)
        await query.publish(
          commentCreated({ id, postId: idOf(1) }),
          commentUpdated({ id, postId: idOf(1), status: 'approved', content: 'well said' }),
        )
        const own = await query.http
          .get('/posts/one')
          .set({ 'Min-Position': String(query.store.head()), Prefer: 'wait=5' })
        statuses.add(own.status)
        expect(own.body.commentCount).toBeGreaterThanOrEqual(n + 2)
      }
    }
    const busy = [read(), read(), write()]
    for (let round = 0; round < 3; round++) {
      await query.owner.post('/rebuild').send({ swap: true })
      await vi.waitFor(async () => expect((await query.status()).state).toBe('none'))
    }
    await query.owner.post('/rebuild/rollback')
    reading = false
    await Promise.all(busy)
    expect([...statuses]).toEqual([200])
    expect(reads).toBeGreaterThan(1)
  })
})
