import { mkdtempSync, rmSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import type { Verify } from '@logbook/chassis/access/verify.ts'
import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { allowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { listen } from '@logbook/chassis/http/server.ts'
import { systemIds } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { serviceToken } from '@logbook/chassis/testing/access.ts'
import { serveForTest } from '@logbook/chassis/testing/serve-for-test.ts'
import { mediaWorker } from '@logbook/contracts/identity.ts'
import { createMedia } from '@logbook/media/app.ts'
import { migrations } from '@logbook/media/read-model/tables.ts'
import { folderStorage } from '@logbook/media/storage/folder.ts'
import { workOn } from '@logbook/media/worker/loop.ts'
import { createTools } from '@logbook/media/worker/own-tools.ts'
import { createMediaService } from '@logbook/media/worker/service.ts'
import { onTestFinished } from 'vitest'

const chunk = (type: string, data: Buffer): Buffer => {
  const whole = Buffer.alloc(data.length + 12)
  whole.writeUInt32BE(data.length)
  whole.write(type, 4, 'latin1')
  data.copy(whole, 8)
  whole.writeUInt32BE(crc32(whole.subarray(4, -4)), data.length + 8)
  return whole
}

/** A PNG of one grey. */
export const pngOf = ({ width = 40, height = 20, grey = 128 } = {}): Buffer => {
  const head = Buffer.from([...[0, 0, 0, 0], ...[0, 0, 0, 0], 8, 0, 0, 0, 0])
  head.writeUInt32BE(width)
  head.writeUInt32BE(height, 4)
  const rows = Buffer.alloc((width + 1) * height, grey)
  for (let row = 0; row < height; row += 1) rows[row * (width + 1)] = 0
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([
    ...[signature, chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))],
  ])
}

/** The address of a web server on this machine, which ends with the test. */
export const startSite = async (answer: RequestListener): Promise<string> => (await serveForTest(answer)).url

/** The media service with a worker over a log, which end with the test. Fetches from `allowed` alone. */
export const startMedia = async ({
  bus,
  verify,
  allowed = ['public'],
  worker: hasWorker = true,
}: {
  bus: Bus
  verify: Verify
  allowed?: readonly string[]
  worker?: boolean
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'logbook-import-media-'))
  const storage = folderStorage(join(folder, 'media'))
  const service = createMedia({
    ...{ bus, storage, verify, ids: systemIds, logger: silentLogger, origins: [] },
    db: openDatabase({ file: join(folder, 'media.sqlite'), migrations, durability: 'normal' }),
    uploadsFolder: join(folder, 'uploads'),
    allow: allowedTargets(allowed),
  })
  const { url, server, close } = await listen(service.app, { host: '127.0.0.1', port: 0 })
  await service.start()
  const ending = new AbortController()
  let worker: Promise<void> | undefined
  const startWorker = (): void => {
    worker = workOn({
      service: createMediaService({ url, token: serviceToken(mediaWorker), worker: 'in-process' }),
      ...{ storageOf: async () => storage, tools: createTools(allowed) },
      idleMsMax: Number.POSITIVE_INFINITY,
      ...{ ending: ending.signal, logger: silentLogger },
    })
  }
  if (hasWorker) startWorker()
  onTestFinished(async () => {
    ending.abort()
    service.drain?.()
    server.closeAllConnections()
    await worker
    await close()
    await service.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return { url, startWorker }
}
