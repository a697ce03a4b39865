import { createVerify } from '@logbook/chassis/access/verify.ts'
import { listen } from '@logbook/chassis/http/server.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { initialSettings } from '@logbook/contracts/events/settings.ts'
import { createQuery } from '@logbook/query/app.ts'
import { openFiles } from '@logbook/query/open.ts'
import { type BlogSize, blogBus } from './query-blog.ts'

/** query over a made-up blog, in a process of its own. */
const { size, forAll } = JSON.parse(process.env.BLOG ?? '{}') as { size: BlogSize; forAll: boolean }
const query = createQuery({
  // It reads as everyone may.
  verify: createVerify({}),
  bus: blogBus(size, { forAll }),
  ...openFiles(process.env.DATABASE ?? ':memory:'),
  logger: silentLogger,
  startBuild: () => {
    throw new Error('Nothing is rebuilt here.')
  },
  origins: [],
  publicUrl: 'http://localhost',
  initial: initialSettings(),
})
const { url } = await listen(query.app, { host: '127.0.0.1', port: 0 })
await query.start()
process.send?.({ url })
process.on('SIGTERM', () => void query.close().then(() => process.exit(0)))
