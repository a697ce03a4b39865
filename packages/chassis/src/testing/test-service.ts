import type { Caller } from '@logbook/contracts/identity.ts'
import { onTestFinished, vi } from 'vitest'
import { listen } from '../http/server.ts'
import type { Service } from '../start/run-service.ts'
import type { Flaw, TestAccess } from './access.ts'
import { connectTo } from './kept-connections.ts'

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

/** Starts a service for one test. Requests go to `listening`, or without it to its app. */
export const startService = (
  service: Service,
  { access, listening }: { access: TestAccess; listening?: Listening },
) => {
  const connection = connectTo(listening?.url ?? service.app)
  const close = endWithTest(service, listening)
  onTestFinished(() => connection.close())
  void service.start()
  const anyone = connection.agent()
  /** The `Authorization` header of a caller; empty for a caller without one. */
  const headerOf = async (caller: Caller, flaw?: Flaw): Promise<string> =>
    (await access.header(caller, flaw)) ?? ''
  const health = async () => (await anyone.get('/health')).body
  return {
    app: service.app,
    close,
    headerOf,
    /** Sends requests with this `Authorization`, or with none. */
    agent: connection.agent,
    /** Sends requests as this caller. */
    as: async (caller: Caller, flaw?: Flaw) => connection.agent(await headerOf(caller, flaw)),
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
