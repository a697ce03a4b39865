import { parentPort, workerData } from 'node:worker_threads'
import { createLogger } from '@logbook/chassis/logger.ts'
import type { FollowerConfig } from '@logbook/chassis/start/follower-config.ts'
import { openBus } from '../open.ts'
import { type BuildTask, startBuild } from './build.ts'

// The rebuild runs in a worker thread, so that it does not delay readers of the live view.
const { file, liveFile, config } = workerData as BuildTask & { config: FollowerConfig }
const logger = createLogger({ service: 'query-rebuild', level: config.logLevel })
const { bus, close } = openBus({ config, logger })
const build = startBuild({ bus, logger, file, liveFile, tell: (message) => parentPort?.postMessage(message) })

parentPort?.once('message', async () => {
  await build.stop()
  close()
  parentPort?.close()
})
