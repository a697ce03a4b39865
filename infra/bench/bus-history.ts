import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@logbook/chassis/clock.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import { createIntake } from '@logbook/event-bus/intake.ts'
import { openLog } from '@logbook/event-bus/open-log.ts'
import { openLogFile } from '@logbook/event-bus/sqlite-rows.ts'
import { eventMaker, median } from './bus-event.ts'
import { runLoad, startBus } from './bus-processes.ts'
import { type Row, rounded } from './bus-table.ts'

const historyEvents = 5_000_000
const caughtUpEvents = 1_000_000
const pageEvents = 1_000
const followers = 100
const followMs = 20_000
const loadMs = 3_000
const rounds = 3
const residentMiBMax = 200
const startMsMax = 1_000
const samplesMax = 100

const fill = async (file: string): Promise<void> => {
  const log = openLog(file)
  const intake = createIntake({ clock: systemClock, ids: systemIds })
  const make = eventMaker()
  for (let count = 0; count < historyEvents; count += pageEvents)
    await log.append(Array.from({ length: pageEvents }, () => intake(make(), 0)))
  await log.close()
}

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

/** Resident memory in MiB; undefined where the system has no /proc. */
const residentMiB = async (pid: number): Promise<number | undefined> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(status)?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024
}

/** The most memory that a bus holds while many followers read its history, at the start and at the end of that. */
const memoryUnderFollowers = async (url: string, pid: number): Promise<{ early: number; late: number }> => {
  const samples: number[] = []
  const sampling = setInterval(async () => {
    const now = await residentMiB(pid)
    if (now !== undefined) samples.push(now)
  }, followMs / samplesMax)
  await runLoad({ kind: 'followMany', url, followers, ms: followMs })
  clearInterval(sampling)
  const half = Math.floor(samples.length / 2)
  return { early: Math.max(...samples.slice(0, half)), late: Math.max(...samples.slice(half)) }
}

const appendsAndCatchUp = async (folder: string, long: string) => {
  const figures = {
    empty: [] as number[],
    long: [] as number[],
    http: [] as number[],
    inProcess: [] as number[],
  }
  for (let round = 0; round < rounds; round += 1) {
    const empty = await startBus(join(folder, `empty-${round}.sqlite`))
    figures.empty.push(...(await runLoad({ kind: 'busConnections', url: empty.url, ms: loadMs })))
    await empty.stop()
    const bus = await startBus(long)
    figures.long.push(...(await runLoad({ kind: 'busConnections', url: bus.url, ms: loadMs })))
    figures.http.push(...(await runLoad({ kind: 'catchUp', url: bus.url, events: caughtUpEvents })))
    await bus.stop()
    figures.inProcess.push(readInProcess(long))
  }
  return figures
}

/** What a log of 5,000,000 events does to the bus. Takes minutes, and 10 GB of disk. */
export const measureHistory = async (folder: string): Promise<Row[]> => {
  const long = join(folder, 'long.sqlite')
  await fill(long)
  const { empty, long: filled, http, inProcess } = await appendsAndCatchUp(folder, long)
  const bus = await startBus(long)
  const memory = await memoryUnderFollowers(bus.url, bus.pid)
  await bus.stop()
  const rate = (value: number) => `${rounded(value)} events/s`
  return [
    {
      figure: 'catch-up of 1,000,000 events over HTTP, over SQLite in process',
      ours: rate(median(http)),
      peer: rate(median(inProcess)),
      ratio: median(http) / median(inProcess),
      aim: { atLeast: 0.4 },
    },
    {
      figure: 'append with 5,000,000 events in the log, over an empty log',
      ours: rate(median(filled)),
      peer: rate(median(empty)),
      ratio: median(filled) / median(empty),
      aim: { atLeast: 0.9 },
    },
    {
      figure: `resident memory, ${followers} followers catching up, over ${residentMiBMax} MiB`,
      ours: `${rounded(memory.late)} MiB`,
      peer: `${rounded(memory.early)} MiB early`,
      ratio: memory.late / residentMiBMax,
      aim: { atMost: 1 },
    },
    {
      figure: `start with 5,000,000 events, over ${startMsMax} ms`,
      ours: `${rounded(bus.startMs)} ms`,
      peer: '',
      ratio: bus.startMs / startMsMax,
      aim: { atMost: 1 },
    },
  ]
}
