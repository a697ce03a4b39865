import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { until } from '@logbook/chassis/testing/until.ts'
import { ask, blogOf, eachAtOnce } from '../e2e/blog.ts'
import { type Callers, callersOf } from '../e2e/callers.ts'
import { type Runner, startRunner } from '../e2e/runner.ts'
import { buildClient } from '../run/client-build.ts'
import { memoryGroup } from './memory-group.ts'

const smallBytesMax = 300 * 2 ** 20
const posts = 10
const comments = 1_000
const width = 16
const idleMs = 5_000

const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`

/** The proportional set size: memory that processes share counts once among them. */
const pssBytesOf = async (pid: number): Promise<number> => {
  const [, kibibytes = '0'] =
    /^Pss:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? []
  return Number(kibibytes) * 1_024
}

interface Running {
  runner: Runner
  callers: Callers
  openMs: number
}

/** A new blog that is open, by the command of an operator, while `work` runs. */
const withBlog = async <Result>(
  parameters: readonly string[],
  work: (running: Running) => Promise<Result>,
  begun: (pid: number) => void = () => {},
): Promise<Result> => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'logbook-memory-'))
  const at = performance.now()
  const env = { RATE_LIMITS: 'off' }
  const runner = await startRunner({ dataFolder, parameters: ['--json', ...parameters], direct: true, env })
  begun(runner.child.pid ?? 0)
  const callers = callersOf(runner.place)
  try {
    await until(
      async () => (await ask<{ status: string }>(`${callers.url('gateway')}/health`)).json().status === 'ok',
      'the blog to be open',
      { withinMs: 60_000 },
    )
    return await work({ runner, callers, openMs: performance.now() - at })
  } finally {
    runner.interrupt()
    await runner.exit
    await rm(dataFolder, { recursive: true, force: true })
  }
}

interface Idle {
  processes: number
  bytes: number
  openMs: number
}

const measureIdle = (parameters: readonly string[]): Promise<Idle> =>
  withBlog(parameters, async ({ runner, openMs }) => {
    await wait(idleMs)
    const pids = [runner.child.pid ?? 0, ...(await runner.services()).map(({ pid }) => pid)]
    const sizes = await Promise.all(pids.map(pssBytesOf))
    return { processes: pids.length, bytes: sizes.reduce((sum, size) => sum + size), openMs }
  })

const tellIdle = (label: string, { processes, bytes, openMs }: Idle): void =>
  console.log(
    `${label.padEnd(26)}${mebibytes(bytes).padStart(9)} in ${processes} processes, open after ${(openMs / 1_000).toFixed(1)} s`,
  )

/** Comments and reads a blog, and resolves when each comment has its verdict. */
const use = async (callers: Callers): Promise<void> => {
  const blog = blogOf(callers)
  const written = await eachAtOnce(
    Array.from({ length: posts }, (_, n) => n),
    { width: 1 },
    (n) => blog.write(`Post ${n}`, { content: 'A text that people comment on.' }),
  )
  const read = async (path: string) => {
    const { status } = await ask(`${callers.url('gateway')}${path}`)
    if (status !== 200) throw new Error(`${path}: ${status}`)
  }
  await eachAtOnce(
    Array.from({ length: comments }, (_, n) => n),
    { width },
    async (n) => {
      const { id = '', slug = '' } = written[n % posts] ?? {}
      await blog.commentForSure({ postId: id, content: `Comment ${n}` })
      if (n % 10 === 0) await read(`/posts/${slug}`)
    },
  )
  for (const { id } of written) await blog.judged(id, comments / posts)
  for (const path of ['/', ...written.map(({ slug }) => `/posts/${slug}`)]) await read(path)
}

const measureSmall = async (): Promise<void> => {
  const group = memoryGroup(smallBytesMax)
  if (group === undefined)
    return console.log(`in ${mebibytes(smallBytesMax)}: not measured, as no control group can be made here`)
  const done = await withBlog(['--one-process'], ({ callers }) => use(callers), group.add).then(
    () => 'judged and pages read',
    (error: unknown) => `not done (${error instanceof Error ? error.message : String(error)})`,
  )
  console.log(
    `${`one process in ${mebibytes(smallBytesMax)}`.padEnd(26)}${comments} comments ${done}, killed ${group.killed()}`,
  )
  group.remove()
}

await buildClient({ onBuild: () => {} })
const each = await measureIdle([])
tellIdle('one process a service', each)
const one = await measureIdle(['--one-process'])
tellIdle('one process', one)
console.log(`${'ratio'.padEnd(26)}${(one.bytes / each.bytes).toFixed(2).padStart(9)}`)
await measureSmall()
