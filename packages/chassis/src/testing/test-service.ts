import type { Caller } from '@logbook/contracts/identity.ts'
import supertest from 'supertest'
import { onTestFinished, vi } from 'vitest'
import { listen } from '../http/server.ts'
import type { Service } from '../start/run-service.ts'
import type { Flaw, TestAccess } from './access.ts'

type Listening = Awaited<ReturnType<typeof listen>>

/** Ends a service with the test, or when what it returns is called; a second call does nothing. */
export const endWithTest = (
  service: Service,
  listening?: Pick<Listening, 'close'>,
): (() => Promise<void>) => {
  let closing: Promise<void> | undefined
  const end = async () => {
    service.drain?.()
    await listening?.close()
    await service.close()
  }
  const close = () => (closing ??= end())
  onTestFinished(close)
  return close
}

/** Starts a service for one test. Requests go to `listening`, or without it to its app, which listens again for each. */
export const startService = (
  service: Service,
  { access, listening }: { access: TestAccess; listening?: Listening },
) => {
  const target = listening?.url ?? service.app
  const close = endWithTest(service, listening)
  void service.start()
  /** The `Authorization` header of a caller; empty for a caller without one. */
  const headerOf = async (caller: Caller, flaw?: Flaw): Promise<string> =>
    (await access.header(caller, flaw)) ?? ''
  const health = async () => (await supertest(target).get('/health')).body
  return {
    app: service.app,
    close,
    headerOf,
    /** Sends requests as this caller. */
    async as(caller: Caller, flaw?: Flaw) {
      const [agent, header] = [supertest.agent(target), await headerOf(caller, flaw)]
      return header === '' ? agent : agent.set('Authorization', header)
    },
    health,
    /** Resolves once `/health` is as it is waited for. */
    healthy: (isWanted: (body: Awaited<ReturnType<typeof health>>) => boolean): Promise<void> =>
      vi.waitFor(async () => {
        const body = await health()
        if (!isWanted(body)) throw new Error(JSON.stringify(body))
      }),
  }
}

/** The same on a free port. */
export const listenForTest = async (service: Service, access: TestAccess) => {
  const listening = await listen(service.app, { host: '127.0.0.1', port: 0 })
  return { url: listening.url, ...startService(service, { access, listening }) }
}
