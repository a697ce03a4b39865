import { benchPages } from './query-pages.ts'
import { withPrograms } from './query-processes.ts'
import { benchReplay } from './query-replay.ts'
import { benchVerdict } from './query-verdict.ts'

await withPrograms(benchPages)
await withPrograms(benchReplay)
await withPrograms(benchVerdict)
