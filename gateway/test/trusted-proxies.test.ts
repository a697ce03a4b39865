import { type Logger, silentLogger } from '@logbook/chassis/logger.ts'
import { ConfigError } from '@logbook/chassis/start/config.ts'
import { readConfig } from '@logbook/gateway/config.ts'
import { describe, expect, it, vi } from 'vitest'
import { startGateway } from './running.ts'

describe('trusted proxies', () => {
  const open = { HOST: '0.0.0.0', PUBLIC_URL: 'https://blog.example' }

  it.each(['0.0.0.0', '::', '10.1.2.3'])(
    'must be named where the blog is reached by https and the gateway listens on %s',
    (HOST) => {
      for (const TRUSTED_PROXIES of [undefined, '', ' , '])
        expect(() => readConfig({ ...open, HOST, TRUSTED_PROXIES })).toThrow(ConfigError)
      expect(() => readConfig({ ...open, HOST })).toThrow(/TRUSTED_PROXIES: must be set/)
      expect(readConfig({ ...open, HOST, TRUSTED_PROXIES: '10.0.0.0/8' }).trustedProxies).toEqual([
        '10.0.0.0/8',
      ])
    },
  )

  it('may be none, said in so many words and alone', () => {
    expect(readConfig({ ...open, TRUSTED_PROXIES: 'none' }).trustedProxies).toEqual([])
    expect(() => readConfig({ ...open, TRUSTED_PROXIES: 'none,10.0.0.0/8' })).toThrow(ConfigError)
  })

  it.each([
    {},
    { HOST: '127.0.0.1', PUBLIC_URL: 'https://blog.example' },
    { HOST: 'localhost', PUBLIC_URL: 'https://blog.example' },
    { HOST: '::1', PUBLIC_URL: 'https://blog.example' },
    { HOST: '0.0.0.0' },
    { HOST: '0.0.0.0', PUBLIC_URL: 'http://192.168.1.5:3000' },
  ])('need not be named with %j', (env) => {
    expect(readConfig(env).trustedProxies).toEqual([])
  })
})

describe('X-Forwarded-For from a sender that is not trusted', () => {
  const started = async (trustedProxies: readonly string[]) => {
    const warn = vi.fn()
    const logger: Logger = Object.create(silentLogger, { warn: { value: warn } })
    const gateway = await startGateway({ trustedProxies, logger })
    const ask = (path: string) => gateway.agent.get(path).set('X-Forwarded-For', '203.0.113.7')
    return { ...gateway, ask, warnings: () => warn.mock.calls.map((said) => JSON.stringify(said)) }
  }

  it.each([[[]], [['10.0.0.0/8']]])('is told once, with %j trusted', async (trusted) => {
    const { agent, ask, warnings } = await started(trusted)
    await agent.get('/api/posts')
    expect(warnings()).toEqual([])
    for (const path of ['/api/posts', '/', '/api/posts']) await ask(path)
    expect(warnings()).toHaveLength(1)
    // Whose request it was is for no log.
    expect(warnings()[0]).not.toContain('203.0.113.7')
  })

  it('is no matter where it is trusted', async () => {
    const { ask, warnings } = await started(['127.0.0.0/8', '::1'])
    await ask('/api/posts')
    expect(warnings()).toEqual([])
  })
})
