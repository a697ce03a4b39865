import { parseArgs } from 'node:util'
import { benchPages } from './query-pages.ts'
import { benchPast } from './query-past.ts'
import { type Bench, withPrograms } from './query-processes.ts'
import { benchWhileRebuilding } from './query-rebuilding.ts'
import { benchReplay } from './query-replay.ts'
import { isQueryRow, type QueryRow, queryRows } from './query-rows.ts'
import { benchSearch, benchSizes } from './query-sizes.ts'
import { benchVerdict } from './query-verdict.ts'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { full: { type: 'boolean', default: false }, history: { type: 'string' } },
})

const benches: Record<QueryRow, (bench: Bench) => Promise<void>> = {
  answers: benchPages,
  sizes: benchSizes,
  past: benchPast,
  search: benchSearch,
  replay: (bench) => benchReplay(bench, values),
  'while-rebuilding': benchWhileRebuilding,
  verdict: benchVerdict,
}

const named = positionals.filter(isQueryRow)
for (const row of named.length > 0 ? named : Object.keys(queryRows).filter(isQueryRow))
  await withPrograms(benches[row])
