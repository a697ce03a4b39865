import { benchPages } from './query-pages.ts'
import { withPrograms } from './query-processes.ts'
import { benchReplay } from './query-replay.ts'
import { benchSearch, benchSizes } from './query-sizes.ts'
import { benchVerdict } from './query-verdict.ts'

await withPrograms(benchPages)
await withPrograms(benchSizes)
await withPrograms(benchSearch)
await withPrograms(benchReplay)
await withPrograms(benchVerdict)
