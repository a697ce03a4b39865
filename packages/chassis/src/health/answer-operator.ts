import { readFileSync, statSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { resolve } from 'node:path'
import { parkedTopic } from '@logbook/contracts/http/parked.ts'
import { healthTopic, type ServiceReport } from '@logbook/contracts/http/service-report.ts'
import { answerParked, type ParkedWork } from '../follow/parked.ts'
import { healthOf } from '../http/app.ts'
import type { Logger } from '../logger.ts'
import { createQuestionClient } from '../questions/question-client.ts'
import { complaintsOf, statusOf } from './complaints.ts'

/** The settings of a service, as far as questions need them. */
export interface AnsweringConfig {
  busUrl?: string | undefined
  serviceToken?: string | undefined
  database?: string | undefined
}

interface Answering {
  name: string
  config: AnsweringConfig
  app: RequestListener
  parked?: ParkedWork | undefined
  logger: Logger
}

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

const fileAt = (database: string | undefined): ServiceReport['file'] => {
  if (database === undefined) return null
  const stats = statSync(database, { throwIfNoEntry: false })
  const mode = ((stats?.mode ?? 0) & 0o777).toString(8).padStart(4, '0')
  return { path: resolve(database), bytes: stats?.size ?? 0, mode }
}

/** What a service says of itself and of its process; undefined where its application says nothing. */
export const reportOf = ({
  name,
  app,
  config: { database },
}: Pick<Answering, 'name' | 'app' | 'config'>): ServiceReport | undefined => {
  const health = healthOf(app)?.()
  if (health === undefined) return undefined
  const complaints = complaintsOf(health)
  return {
    service: name,
    status: statusOf(health, complaints),
    complaints,
    health,
    version,
    runtime: process.version,
    pid: process.pid,
    upSeconds: Math.round(process.uptime()),
    memoryBytes: process.memoryUsage.rss(),
    now: new Date().toISOString(),
    file: fileAt(database),
  }
}

/** A retry of much that is parked takes a while. */
const retryMsMax = 60_000

/**
 * Answers the operator's questions over the bus, where the service has one and a token for it: `health.<name>`, and `parked.<name>` where it
 * parks anything. Returns how to stop. Nothing depends on it: a bus that is away is waited for in silence, as its followers speak of it.
 */
export const answerOperator = ({ config, name, logger, app, parked }: Answering): (() => Promise<void>) => {
  const { busUrl, serviceToken } = config
  if (busUrl === undefined || serviceToken === undefined) return async () => {}
  const stopping = new AbortController()
  const client = createQuestionClient({ url: busUrl, source: `/${name}`, token: serviceToken })
  const options = {
    signal: stopping.signal,
    slots: 2,
    onProblem: (error: unknown) => logger.debug({ err: error }, 'questions of the operator'),
  }
  const answered = Promise.all([
    client.answer(healthTopic(name), () => reportOf({ name, config, app }), options),
    parked &&
      client.answer(parkedTopic(name), ({ data }) => answerParked(parked, data), {
        ...options,
        leaseMs: retryMsMax,
      }),
  ])
  return async () => {
    stopping.abort()
    await answered
    client.close()
  }
}
