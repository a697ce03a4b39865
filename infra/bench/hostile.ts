import { measureHostile } from './hostile-connections.ts'
import { withPrograms } from './query-processes.ts'

/** What readers notice of those who mean harm, and of a crowd. */
await withPrograms(measureHostile)
