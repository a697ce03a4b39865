import { allowedTargets, allowedTargetsSetting } from '@logbook/chassis/http/allowed-targets.ts'
import { describe, expect, it } from 'vitest'

const parse = (setting: string | undefined) =>
  allowedTargets(allowedTargetsSetting('loopback').parse(setting))

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
    ['public', '93.184.216.34', 'any.example', true],
    ['public', '93.184.216.34', '93.184.216.34', true],
    ['public', '10.1.2.3', 'any.example', false],
    ['public', '127.0.0.1', 'localhost', false],
    ['public', '::ffff:7f00:1', 'any.example', false],
    ['public,10.1.2.3', '10.1.2.3', 'any.example', true],
  ])('%s: %s as %s', (setting, address, host, allowed) => {
    expect(parse(setting).objection(address, host) === undefined).toBe(allowed)
  })

  it.each([
    ...['2001::4136:e378:8000:63bf:3fff:fdd2', '2001:0:7f00:1::', '2001:10::1', '2001:db8::1', '3fff::1'],
    ...['64:ff9b::7f00:1', '64:ff9b::10.0.0.1', '64:ff9b:1::a00:1', '64:ff9b:1:2::1', '100::1', '5f00::1'],
    ...['fec0::1', 'feff::1', 'fe80::1', 'fc00::1', 'fd00::1', 'ff02::1', '2002:7f00:1::', '2002:a00:1::1'],
    ...['::', '::1', '::127.0.0.1', '::a00:1', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe', '::ffff:0:10.0.0.1'],
    ...['0.0.0.0', '10.0.0.1', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.16.0.1', '192.0.0.1'],
    ...['192.0.2.1', '192.88.99.1', '192.168.0.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1'],
    ...['240.0.0.1', '255.255.255.255'],
  ])('%s is no public address, under whatever name that is allowed', (address) => {
    expect(parse('hooks.example.org').objection(address, 'hooks.example.org')).toContain('not public')
  })

  it.each([
    '2606:2800:220:1:248:1893:25c8:1946',
    '2a00:1450:4001:80b::200e',
    '2001:4860:4860::8888',
    '::ffff:93.184.216.34',
  ])('%s is a public address', (address) => {
    expect(parse('hooks.example.org').objection(address, 'hooks.example.org')).toBeUndefined()
  })

  it.each(['http://a', 'a b', '10.0.0.0/', 'localhost:80'])('%s is not an entry', (setting) => {
    expect(allowedTargetsSetting('loopback').safeParse(setting).success).toBe(false)
  })

  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://0x7f000001/',
    'http://2130706433/',
    'http://0177.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2001:0:7f00:1::]/',
  ])('%s leads to an address that is not public, however it is written', (url) => {
    expect(parse('public').objectionToLiteral(new URL(url))).toContain('not public')
  })

  it('judges the address that a name is found at when it connects', async () => {
    const found = (setting: string) =>
      new Promise((resolve) =>
        parse(setting).lookup('localhost', {}, (error, address) => resolve(error?.message ?? address)),
      )
    expect(await found('loopback')).toMatch(/^(127\.0\.0\.1|::1)$/)
    expect(await found('localhost')).toContain('not public')
    // Who sends a name learns no address behind it.
    expect(await found('localhost')).not.toMatch(/127\.0\.0\.1|::1/)
    expect(await found('example.org')).toContain('not among the targets allowed')
  })
})
