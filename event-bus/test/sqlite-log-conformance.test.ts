import { logStoreConformance } from '@logbook/chassis/testing/log-store-conformance.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { sqliteLog } from '@logbook/event-bus/log/sqlite-log.ts'
import { openLogFile } from '@logbook/event-bus/log/sqlite-rows.ts'

/** Runs the conformance with so much of the log's end in memory. */
const conformsWith = (name: string, eventsMax: number): void =>
  logStoreConformance(name, {
    durable: true,
    open: async () => {
      const folder = temporaryFolder()
      const open = () => sqliteLog(openLogFile(`${folder}/log.sqlite`), { eventsMax, bytesMax: 1_000_000 })
      let store = open()
      return {
        store,
        async reopen() {
          await store.close()
          store = open()
          return store
        },
        async dispose() {
          await store.close()
        },
      }
    },
  })

conformsWith('the SQLite log with its end in memory', 1_000)
conformsWith('the SQLite log with a few events in memory', 2)
conformsWith('the SQLite log in its file alone', 0)
