import { setFlagsFromString } from 'node:v8'
import { limits } from './limits.ts'

/**
 * Has garbage collected as soon as the heap has grown by half. Left to itself V8 waits for longer while a log is read, though what one
 * page of events leaves behind is all garbage at the next: a third of the memory more, for no time that can be measured (decision 24).
 */
export const keepHeapSmall = (): void =>
  setFlagsFromString(`--heap-growing-percent=${limits.heapGrowthPercent}`)
