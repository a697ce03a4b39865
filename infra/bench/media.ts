import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { printTable } from './bus-table.ts'
import { measurePictures } from './media-pictures.ts'
import { measureQueue } from './media-queue.ts'
import { sizes } from './media-size.ts'
import { measureTransfers } from './media-transfers.ts'
import { withPrograms } from './query-processes.ts'

const { values } = parseArgs({ options: { small: { type: 'boolean', default: false } } })
const size = sizes[values.small ? 'small' : 'full']

const rows = await withPrograms(async (bench) => [
  ...(await measurePictures(join(bench.folder, 'pictures'), size)),
  ...(await measureTransfers(bench, size)),
  await measureQueue(join(bench.folder, 'queue'), size),
])
printTable(rows)
