import { logStoreConformance } from '@logbook/chassis/testing/log-store-conformance.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'

logStoreConformance('the log in memory', {
  durable: false,
  open: async () => {
    const store = memoryLog()
    return { store, dispose: () => store.close() }
  },
})
