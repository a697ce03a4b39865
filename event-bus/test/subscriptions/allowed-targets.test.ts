import { allowedTargets, allowedTargetsSetting } from '@logbook/event-bus/subscriptions/allowed-targets.ts'
import { describe, expect, it } from 'vitest'

const parse = (setting: string | undefined) => allowedTargets(allowedTargetsSetting.parse(setting))

describe('allowed targets', () => {
  it.each([
    [undefined, '127.0.0.1', '127.0.0.1', true],
    [undefined, '127.8.9.10', 'localhost', true],
    [undefined, '::1', 'localhost', true],
    [undefined, '::ffff:127.0.0.1', 'localhost', true],
    [undefined, '::ffff:10.0.0.1', 'localhost', false],
    [undefined, '::ffff:7f00:1', 'localhost', true],
    [undefined, '::ffff:a00:1', 'localhost', false],
    ['a.org', '::ffff:a00:1', 'a.org', false],
    [undefined, '93.184.216.34', 'example.org', false],
    [undefined, '169.254.169.254', '169.254.169.254', false],
    ['hooks.example.org', '93.184.216.34', 'hooks.example.org', true],
    ['hooks.example.org', '93.184.216.34', 'HOOKS.example.org', true],
    ['hooks.example.org', '93.184.216.34', 'other.example.org', false],
    ['hooks.example.org', '169.254.169.254', 'hooks.example.org', false],
    ['hooks.example.org', '127.0.0.1', 'hooks.example.org', false],
    ['hooks.example.org', '::1', 'hooks.example.org', false],
    ['hooks.example.org', 'fd00::1', 'hooks.example.org', false],
    ['*.example.org', '93.184.216.34', 'a.b.example.org', true],
    ['*.example.org', '93.184.216.34', 'badexample.org', false],
    ['10.1.0.0/16', '10.1.2.3', 'orders.internal', true],
    ['10.1.0.0/16', '10.2.2.3', 'orders.internal', false],
    ['loopback,10.1.2.3', '10.1.2.3', '10.1.2.3', true],
    ['loopback,10.1.2.3', '10.1.2.4', '10.1.2.4', false],
    ['10.1.2.3', '127.0.0.1', 'localhost', false],
    ['fd00::/8', 'fd12::5', 'orders.internal', true],
  ])('%s: %s as %s', (setting, address, host, allowed) => {
    expect(parse(setting).objection(address, host) === undefined).toBe(allowed)
  })

  it.each(['http://a', 'a b', '10.0.0.0/', 'localhost:80'])('%s is not an entry', (setting) => {
    expect(allowedTargetsSetting.safeParse(setting).success).toBe(false)
  })

  it('judges the address that a name is found at when it connects', async () => {
    const found = (setting: string) =>
      new Promise((resolve) =>
        parse(setting).lookup('localhost', {}, (error, address) => resolve(error?.message ?? address)),
      )
    expect(await found('loopback')).toMatch(/^(127\.0\.0\.1|::1)$/)
    expect(await found('localhost')).toContain('not public')
    expect(await found('example.org')).toContain('not among the targets allowed')
  })
})
