import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openLogFile } from '@logbook/event-bus/log/sqlite-rows.ts'
import { median } from './bus-event.ts'
import { fillLog } from './bus-fill.ts'
import { runLoad, startBus } from './bus-processes.ts'
import { type Row, rounded } from './bus-table.ts'

const historyEvents = 5_000_000
const caughtUpEvents = 1_000_000
const pageEvents = 1_000
const followers = 100
const followMs = 20_000
const loadMs = 3_000
const rounds = 3
const residentMBMax = 200
/** How much more it may hold at the end than at the beginning, and be called flat. */
const growthMax = 1.1
const startMsMax = 1_000
const samplesMax = 100

/** Events a second that SQLite gives by itself, read in pages in this process. */
const readInProcess = (file: string): number => {
  const db = openLogFile(file)
  const page = db.prepare<[number, number], { position: number; event: string }>(
    'SELECT position, event FROM events WHERE position > ? ORDER BY position LIMIT ?',
  )
  const begun = performance.now()
  let position = 0
  while (position < caughtUpEvents)
    position = page.all(position, pageEvents).at(-1)?.position ?? caughtUpEvents
  const seconds = (performance.now() - begun) / 1_000
  db.close()
  return caughtUpEvents / seconds
}

/** Resident memory in megabytes; undefined where the system has no /proc. */
const residentMB = async (pid: number): Promise<number | undefined> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(status)?.[1]
  return kilobytes === undefined ? undefined : (Number(kilobytes) * 1_024) / 1e6
}

/** The most memory that a bus holds while many followers read its history, at the start and at the end of that. */
const memoryUnderFollowers = async (url: string, pid: number): Promise<{ early: number; late: number }> => {
  const samples: number[] = []
  const sampling = setInterval(async () => {
    const now = await residentMB(pid)
    if (now !== undefined) samples.push(now)
  }, followMs / samplesMax)
  await runLoad({ kind: 'followMany', url, followers, ms: followMs })
  clearInterval(sampling)
  const half = Math.floor(samples.length / 2)
  return { early: Math.max(...samples.slice(0, half)), late: Math.max(...samples.slice(half)) }
}

const rate = (value: number): string => `${rounded(value)} events/s`

const measureCatchUp = async (file: string): Promise<Row[]> => {
  const http: number[] = []
  const inProcess: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const bus = await startBus(file)
    http.push(...(await runLoad({ kind: 'catchUp', url: bus.url, events: caughtUpEvents })))
    await bus.stop()
    inProcess.push(readInProcess(file))
  }
  return [
    {
      figure: 'catch-up of 1,000,000 events over HTTP, over SQLite in process',
      ours: rate(median(http)),
      peer: rate(median(inProcess)),
      ratio: median(http) / median(inProcess),
      aim: { atLeast: 0.4 },
    },
  ]
}

const measureLongLog = async (file: string, folder: string): Promise<Row[]> => {
  const appendsTo = async (log: string): Promise<number[]> => {
    const bus = await startBus(log)
    const found = await runLoad({ kind: 'busConnections', url: bus.url, ms: loadMs })
    await bus.stop()
    return found
  }
  const empty: number[] = []
  const long: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    empty.push(...(await appendsTo(join(folder, `empty-${round}.sqlite`))))
    long.push(...(await appendsTo(file)))
  }
  return [
    {
      figure: 'append with 5,000,000 events in the log, over an empty log',
      ours: rate(median(long)),
      peer: rate(median(empty)),
      ratio: median(long) / median(empty),
      aim: { atLeast: 0.9 },
    },
  ]
}

const measureMemory = async (file: string): Promise<Row[]> => {
  const bus = await startBus(file)
  const { early, late } = await memoryUnderFollowers(bus.url, bus.pid)
  await bus.stop()
  const shown = `${rounded(late)} MB`
  return [
    {
      figure: `resident memory, ${followers} followers catching up, over ${residentMBMax} MB`,
      ours: shown,
      peer: '',
      ratio: Math.max(early, late) / residentMBMax,
      aim: { atMost: 1 },
    },
    {
      figure: 'the same in the second half of that time, over the first: flat',
      ours: shown,
      peer: `${rounded(early)} MB`,
      ratio: late / early,
      aim: { atMost: growthMax },
    },
  ]
}

const measureStart = async (file: string): Promise<Row[]> => {
  const took: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const bus = await startBus(file)
    took.push(bus.startMs)
    await bus.stop()
  }
  return [
    {
      figure: `start with 5,000,000 events, over ${startMsMax} ms`,
      ours: `${rounded(median(took))} ms`,
      peer: '',
      ratio: median(took) / startMsMax,
      aim: { atMost: 1 },
    },
  ]
}

/** What a log of 5,000,000 events does to the bus. It is filled if it is not there, which takes minutes, and 5 GB of disk. */
export const measureHistory = async (
  file: string,
  {
    folder,
    wanted,
  }: { folder: string; wanted: ReadonlySet<'catch-up' | 'long-log' | 'memory' | 'start-up'> },
): Promise<Row[]> => {
  await fillLog(file, historyEvents)
  return [
    ...(wanted.has('start-up') ? await measureStart(file) : []),
    ...(wanted.has('catch-up') ? await measureCatchUp(file) : []),
    ...(wanted.has('memory') ? await measureMemory(file) : []),
    ...(wanted.has('long-log') ? await measureLongLog(file, folder) : []),
  ]
}
