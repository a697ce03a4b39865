import { logStoreConformance } from '@logbook/chassis/testing/log-store-conformance.ts'
import { openLog } from '@logbook/event-bus/open-log.ts'
import { temporaryFolder } from './running-bus.ts'

logStoreConformance('the SQLite log', {
  durable: true,
  open: async () => {
    const { folder, remove } = await temporaryFolder()
    const file = `${folder}/log.sqlite`
    let store = openLog(file)
    return {
      store,
      async reopen() {
        await store.close()
        store = openLog(file)
        return store
      },
      async dispose() {
        await store.close()
        await remove()
      },
    }
  },
})
