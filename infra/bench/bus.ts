import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureAppends, rounds } from './bus-appends.ts'
import { measureCrowd } from './bus-crowd.ts'
import { measureHistory } from './bus-history.ts'
import { measurePush } from './bus-push.ts'
import { type BusRow, busRows, isBusRow } from './bus-rows.ts'
import { printTable, type Row } from './bus-table.ts'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { full: { type: 'boolean', default: false }, history: { type: 'string' } },
})
const named = positionals.filter(isBusRow)
const all = Object.keys(busRows).filter(isBusRow)
const chosen = new Set(named.length > 0 ? named : all.filter((row) => values.full || !busRows[row].long))

const chosenAmong = <Name extends BusRow>(...names: Name[]): ReadonlySet<Name> =>
  new Set(names.filter((name) => chosen.has(name)))

const rows: Row[] = []
const skipped: string[] = []

const folder = await mkdtemp(join(tmpdir(), 'logbook-bench-'))
// PostgreSQL does not run as root, and then must get at its own folder in here as another user.
await chmod(folder, 0o711)
try {
  const appends = chosenAmong('appends', 'latency')
  if (appends.size > 0) {
    const measured = await measureAppends(folder, appends)
    rows.push(...measured.rows)
    for (const [name, how] of measured.absent) skipped.push(`${name} (${how})`)
  }
  if (chosen.has('crowd')) rows.push(...(await measureCrowd(folder)))
  if (chosen.has('push')) rows.push(...(await measurePush(folder)))
  const history = chosenAmong('catch-up', 'long-log', 'memory', 'start-up')
  if (history.size > 0)
    rows.push(
      ...(await measureHistory(values.history ?? join(folder, 'long.sqlite'), { folder, wanted: history })),
    )
} finally {
  await rm(folder, { recursive: true, force: true })
}

console.log(
  `Every append is on the disk when it is answered, but for JetStream's default. Medians of ${rounds}.\n`,
)
printTable(rows)
for (const what of skipped) console.log(`skipped: ${what}`)
const left = all.filter((row) => !chosen.has(row) && busRows[row].long)
if (named.length === 0 && left.length > 0)
  console.log(`skipped: ${left.join(', ')}, which take minutes and 5 GB of disk (--full)`)
