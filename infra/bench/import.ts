import { readFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { OutgoingEvent } from '@logbook/chassis/log/bus.ts'
import { createBusClient } from '@logbook/chassis/log/bus-client.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { bounds } from '@logbook/contracts/bounds.ts'
import { z } from 'zod'
import { startLogbook } from '../e2e/logbook.ts'
import { startServices } from '../import/test/fake-services.ts'
import { startBus } from './bus-processes.ts'
import { printTable, type Row, rounded } from './bus-table.ts'
import { makeExport, makeFolder } from './import-made.ts'
import { type ImportRow, importRows, isImportRow } from './import-rows.ts'
import type { ImportRun, ImportTask } from './import-run.ts'
import { runProgram, withPrograms } from './query-processes.ts'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { small: { type: 'boolean', default: false } },
})
const share = values.small ? 0.1 : 1
const size = { posts: 2_000 * share, commentsPerPost: 10, exportMB: 500 * share }
const residentMBMax = 250

/** What `npm run import` tells Node itself. */
const manifest = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')
const { scripts } = z.object({ scripts: z.object({ import: z.string() }) }).parse(JSON.parse(manifest))
const nodeArguments = scripts.import.split(' ').filter((word) => word.startsWith('--'))

/** Runs the importer as a process of its own. Throws unless as many items came as there are. */
const runImport = async (
  task: ImportTask,
  items: { posts: number; comments: number },
): Promise<ImportRun> => {
  const run = await runProgram<ImportRun>('infra/bench/import-run.ts', task, nodeArguments)
  const { post, comment } = run.counts
  if (post.imported !== items.posts || comment.imported !== items.comments)
    throw new Error(`Not all of the blog came: ${JSON.stringify(run)}`)
  return run
}

/** The events of the import, as they are appended again to another log. */
const eventsOf = async (bus: ReturnType<typeof createBusClient>): Promise<OutgoingEvent[]> => {
  const events: OutgoingEvent[] = []
  for (let after = 0, more = true; more; ) {
    const page = await bus.read({ after, limit: 1_000 })
    for (const { position: _, time: __, version, ...event } of page.events)
      if (event.source === '/posts' || event.source === '/comments')
        events.push({ ...event, expectedversion: version === 1 ? 'none' : version - 1 })
    after = page.position
    more = page.more
  }
  return events
}

/** Events a second through one client that appends as many at once as one import request holds. */
const appendRate = async (file: string, events: readonly OutgoingEvent[]): Promise<number> => {
  const bus = await startBus(file)
  const client = createBusClient({ url: bus.url, source: '/bench', logger: silentLogger })
  const begun = performance.now()
  const appends: Promise<unknown>[] = []
  for (let at = 0; at < events.length; at += bounds.importItemsMax)
    appends.push(client.append(events.slice(at, at + bounds.importItemsMax)))
  await Promise.all(appends)
  const seconds = (performance.now() - begun) / 1_000
  client.close()
  await bus.stop()
  return events.length / seconds
}

const measureRate = async (folder: string): Promise<Row> => {
  const { posts, commentsPerPost } = size
  const comments = posts * commentsPerPost
  const path = join(folder, 'blog')
  await makeFolder({ folder: path, posts, commentsPerPost })
  const logbook = await startLogbook({ services: ['event-bus', 'accounts', 'posts', 'comments'] })
  try {
    const [postsUrl, commentsUrl] = [logbook.url('posts'), logbook.url('comments')]
    const begun = performance.now()
    await runImport({ path, postsUrl, commentsUrl, token: logbook.tokenOf() }, { posts, comments })
    const rate = (posts + comments) / ((performance.now() - begun) / 1_000)
    const token = logbook.tokenOf()
    const bus = createBusClient({
      url: logbook.url('event-bus'),
      source: '/bench',
      token,
      logger: silentLogger,
    })
    const events = await eventsOf(bus)
    bus.close()
    const appended = await appendRate(join(folder, 'appends.sqlite'), events)
    return {
      figure: `${posts.toLocaleString('en')} posts and ${comments.toLocaleString('en')} comments of Jekyll, over appends by ${bounds.importItemsMax} of their ${events.length.toLocaleString('en')} events`,
      ours: `${rounded(rate)} items/s`,
      peer: `${rounded(appended)} events/s`,
      ratio: rate / appended,
      aim: { atLeast: 0.3 },
    }
  } finally {
    await logbook.close()
  }
}

/** The services take what comes and keep its keys alone, so that the importer's own memory is what grows, if any. */
const residentMBOn = async (folder: string, exportMB: number): Promise<number> => {
  const path = join(folder, 'export.xml')
  const items = await makeExport(path, exportMB * 1_000_000)
  const { posts, comments, close } = await startServices()
  try {
    return (await runImport({ path, postsUrl: posts.url, commentsUrl: comments.url }, items)).residentMB
  } finally {
    await close()
    await rm(path)
  }
}

const measureMemory = async (folder: string): Promise<Row[]> => {
  const early = await residentMBOn(folder, size.exportMB / 10)
  const late = await residentMBOn(folder, size.exportMB)
  const [ours, tenth] = [`${rounded(late)} MB`, `${rounded(early)} MB`]
  const figure = `resident memory of the importer, WordPress export of ${size.exportMB} MB, over`
  const most = { peer: `${residentMBMax} MB`, ratio: late / residentMBMax, aim: { atMost: 1 } }
  return [
    { figure: `${figure} ${residentMBMax} MB`, ours, ...most },
    {
      figure: `${figure} one of ${size.exportMB / 10} MB`,
      ours,
      peer: tenth,
      ratio: late / early,
      aim: { atMost: 1.2 },
    },
  ]
}

const benches: Record<ImportRow, (folder: string) => Promise<Row | Row[]>> = {
  'import-rate': measureRate,
  'import-memory': measureMemory,
}

const named = positionals.filter(isImportRow)
const rows = await withPrograms(async ({ folder }) => {
  await mkdir(folder, { recursive: true })
  const measured: Row[] = []
  for (const row of named.length > 0 ? named : Object.keys(importRows).filter(isImportRow))
    measured.push(...[await benches[row](folder)].flat())
  return measured
})
printTable(rows)
