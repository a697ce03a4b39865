import { answerOperator } from '@logbook/chassis/health/answer-operator.ts'
import { createHttpApp } from '@logbook/chassis/http/app.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { serviceReport } from '@logbook/contracts/http/service-report.ts'
import { Router } from 'express'
import { expect, it, onTestFinished } from 'vitest'
import { startAskedBus } from './running.ts'

it('a service says over the bus how it does, until it stops', async () => {
  const bus = await startAskedBus()
  const health = () => ({ ready: true, position: 7, parked: 1 })
  const app = createHttpApp({ name: 'things', logger: silentLogger, router: Router(), health, origins: [] })
  const config = { busUrl: bus.url, serviceToken: 'the-token-of-things', database: import.meta.filename }
  const stop = answerOperator({ name: 'things', config, app, logger: silentLogger })
  onTestFinished(stop)
  const { data } = await bus.client.ask('health.things', null)
  const report = serviceReport.parse(data)
  expect(report).toMatchObject({
    service: 'things',
    status: 'degraded',
    complaints: [{ reason: 'parked' }],
    health: { position: 7 },
    pid: process.pid,
    file: { path: import.meta.filename },
  })
  await stop()
  await expect(bus.client.ask('health.things', null, { timeoutMs: 50 })).rejects.toMatchObject({
    code: 'no-answer',
    details: { extensions: { attempts: 0 } },
  })
})

it('a service without a token for the bus asks for no questions', async () => {
  const bus = await startAskedBus()
  const app = createHttpApp({
    ...{ name: 'things', logger: silentLogger, router: Router(), origins: [] },
    health: () => ({ ready: true }),
  })
  await answerOperator({ name: 'things', config: { busUrl: bus.url }, app, logger: silentLogger })()
  expect(await bus.topics()).toEqual([])
})
