import { makeFilesForOwnerOnly } from '@logbook/chassis/files/owner-only.ts'
import { createLogger, endLogger } from '@logbook/chassis/logger.ts'
import { ConfigError } from '@logbook/chassis/start/config.ts'
import { prepareWorker } from '../make/open-picture.ts'
import { readWorkerConfig, tokenFromParent, type WorkerConfig } from './config.ts'
import { workOn } from './loop.ts'
import { createTools } from './own-tools.ts'
import { createPlaces } from './places.ts'
import { createMediaService } from './service.ts'

const exitCodes = { well: 0, crashed: 1, refused: 78 } as const

const readConfigOrExit = (): WorkerConfig => {
  try {
    return readWorkerConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`media-worker: ${error.message}\n`)
    return process.exit(exitCodes.refused)
  }
}

makeFilesForOwnerOnly()
const config = readConfigOrExit()
const logger = createLogger({ service: 'media-worker', level: config.logLevel })
const ending = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => ending.abort())
// Ends with the parent process, also if that is killed by SIGKILL.
process.once('disconnect', () => ending.abort())

const { url, name: worker, fetchAllow, idleMsMax } = config
const token = config.token ?? (await tokenFromParent())
const places = createPlaces({ own: config.storage, env: config.env })
try {
  prepareWorker()
  const service = createMediaService({ url, token, worker })
  await workOn({
    ...{ service, storageOf: places.of, tools: createTools(fetchAllow) },
    ...{ idleMsMax, ending: ending.signal, logger },
  })
  await places.close()
  await endLogger(logger)
  process.exit(exitCodes.well)
} catch (error) {
  logger.fatal({ err: error }, 'the worker ends')
  await endLogger(logger)
  process.exit(exitCodes.crashed)
}
