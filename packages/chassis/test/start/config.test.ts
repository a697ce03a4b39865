import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  ConfigError,
  parseConfig,
  serviceTokenOf,
  serviceTokenSettings,
  setting,
} from '../../src/start/config.ts'

const shape = {
  PORT: setting.port(4000),
  BUS_URL: setting.url('http://127.0.0.1:4005'),
  CORS_ORIGINS: setting.origins('http://localhost:3000'),
}

describe('settings', () => {
  it('are what they fall back to when absent or empty', () => {
    expect(parseConfig(shape, { PORT: '' })).toEqual({
      PORT: 4000,
      BUS_URL: 'http://127.0.0.1:4005',
      CORS_ORIGINS: ['http://localhost:3000'],
    })
  })

  it('are read from text, addresses without their last slash', () => {
    expect(
      parseConfig(shape, {
        PORT: '0',
        BUS_URL: 'http://bus:1/',
        CORS_ORIGINS: 'https://a.example, https://b.example',
      }),
    ).toEqual({
      PORT: 0,
      BUS_URL: 'http://bus:1',
      CORS_ORIGINS: ['https://a.example', 'https://b.example'],
    })
  })

  it('that are wrong are all named at once, with what they were', () => {
    const read = () => parseConfig(shape, { PORT: '70000', BUS_URL: 'ftp://x' })
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(/PORT: .*\n.*BUS_URL: .*"ftp:\/\/x"/)
  })

  it('ignores the rest of the environment', () => {
    expect(Object.keys(parseConfig(shape, { HOME: '/x', constructor: 'y' }))).toEqual(Object.keys(shape))
  })
})

describe('the token of a service', () => {
  const folder = mkdtempSync(join(tmpdir(), 'logbook-config-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'token')
  writeFileSync(file, 'a-token-that-stands-in-a-file\n')
  const tokenOf = (env: NodeJS.ProcessEnv) => serviceTokenOf(parseConfig(serviceTokenSettings, env))

  it.each([
    ['nothing', {}, undefined],
    ['itself', { SERVICE_TOKEN: 'a-token-given-as-it-is' }, 'a-token-given-as-it-is'],
    ['a file', { SERVICE_TOKEN_FILE: file }, 'a-token-that-stands-in-a-file'],
    ['both', { SERVICE_TOKEN: 'a-token-given-as-it-is', SERVICE_TOKEN_FILE: file }, 'a-token-given-as-it-is'],
  ])('is read from %s', (_, env, token) => {
    expect(tokenOf(env)).toBe(token)
  })

  it.each([
    ['too short', 'short'],
    ['of two words', 'two words that are long enough'],
    ['with a line break', 'a-token-with-a\nline-break-in-it'],
  ])('that is %s is refused without being shown', (_, token) => {
    expect(() => tokenOf({ SERVICE_TOKEN: token })).toThrow(/SERVICE_TOKEN: must be 16 to 500/)
    expect(() => tokenOf({ SERVICE_TOKEN: token })).not.toThrow(token)
    writeFileSync(file, token)
    expect(() => tokenOf({ SERVICE_TOKEN_FILE: file })).toThrow(/SERVICE_TOKEN_FILE: must be 16 to 500/)
    expect(() => tokenOf({ SERVICE_TOKEN_FILE: file })).not.toThrow(token)
  })

  it('in a file that is not there is refused by name', () => {
    expect(() => tokenOf({ SERVICE_TOKEN_FILE: join(folder, 'none') })).toThrow(
      /SERVICE_TOKEN_FILE: must be a file/,
    )
  })
})
