import { busConformance } from '@logbook/chassis/testing/bus-conformance.ts'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'

busConformance('the bus in memory', async () => {
  const store = memoryLog()
  return { bus: busOver(store), dispose: () => store.close() }
})
