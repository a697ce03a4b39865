import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isLong } from '@logbook/chassis/testing/cases.ts'
import { rebuildStatus } from '@logbook/contracts/http/rebuild.ts'
import { describe, expect, it, vi } from 'vitest'
import { writeHistory } from '../bench/query-history.ts'
import { asOperator, knowsOperator, type Running, withPrograms } from '../bench/query-processes.ts'
import { rowsOf } from './rows.ts'

const kills = 7
/** Of a busy machine: query starts once for each kill. */
const testMsMax = isLong ? 1_800_000 : 240_000
const waitMsMax = isLong ? 900 : 400
const size = { posts: isLong ? 400 : 150, commentsPerPost: 10 }

const textOf = async (url: string): Promise<string> => {
  const answer = await fetch(url)
  expect(answer.status).toBe(200)
  return answer.text()
}

const statusOf = async ({ url }: Running) =>
  rebuildStatus.parse(await (await fetch(`${url}/rebuild`, { headers: asOperator })).json())

const quiet = async (query: Running) => {
  await vi.waitFor(async () => expect((await statusOf(query)).state).toBe('none'))
}

describe('query killed with -9 at any moment of a rebuild and its swap', () => {
  it(
    'answers and finds the same after each start, goes on, and comes to the same rows',
    async () => {
      await withPrograms(async ({ start, folder }) => {
        const bus = await start('event-bus/src/main.ts', { DATABASE: join(folder, 'log.sqlite') })
        const events = await writeHistory({ busUrl: bus.url, ...size })
        const file = join(folder, 'query.sqlite')
        const boot = () =>
          start('query/src/main.ts', { BUS_URL: bus.url, DATABASE: file, ...knowsOperator(folder) })
        let query = await boot()
        const caughtUp = { 'Min-Position': String(events), Prefer: 'wait=30' }
        for (const path of ['/posts', '/search?q=path'])
          expect((await fetch(query.url + path, { headers: caughtUp })).status).toBe(200)
        const paths = [
          '/posts?limit=100',
          '/posts/post-7',
          `/posts/post-7?asOf=${Math.floor(events / 2)}`,
          '/tags',
          '/search?q=path+number',
          `/search?q=number&asOf=${Math.floor(events / 2)}`,
        ]
        const read = () => Promise.all(paths.map((path) => textOf(query.url + path)))
        const expected = await read()

        for (let kill = 0; kill < kills; kill++) {
          await fetch(`${query.url}/rebuild`, {
            method: 'POST',
            headers: { ...asOperator, 'Content-Type': 'application/json' },
            body: '{"swap":true}',
          })
          const killed = setTimeout(() => process.kill(query.pid, 'SIGKILL'), (waitMsMax / kills) * kill)
          await query.ended
          clearTimeout(killed)
          query = await boot()
          expect(await read()).toEqual(expected)
        }
        await quiet(query)
        if (!(await statusOf(query)).canRollBack) {
          await fetch(`${query.url}/rebuild`, { method: 'POST', headers: asOperator })
          await vi.waitFor(async () => expect((await statusOf(query)).state).toBe('ready'))
          await fetch(`${query.url}/rebuild/swap`, { method: 'POST', headers: asOperator })
        }
        expect(await read()).toEqual(expected)
        await query.stop()

        const files = [file, ...[2, 3, 4].map((n) => `${file}-${n}`)].filter((each) => existsSync(each))
        expect(files).toHaveLength(2)
        const [one = '', other = ''] = files
        expect(rowsOf(one)).toEqual(rowsOf(other))
        const isFoundBy = (view: string) => {
          const { doc, state, words_content: words, said_content: said } = rowsOf(`${view}-search`)
          return { doc, state, words, said }
        }
        expect(isFoundBy(one)).toEqual(isFoundBy(other))
        expect(isFoundBy(one).state).toHaveLength(size.posts * (1 + size.commentsPerPost))
        const indexes = readdirSync(folder).filter((name) => name.endsWith('-search'))
        expect(indexes.map((name) => join(folder, name)).sort()).toEqual(
          files.map((each) => `${each}-search`).sort(),
        )
      })
    },
    testMsMax,
  )
})
