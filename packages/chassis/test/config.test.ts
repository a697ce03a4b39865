import { describe, expect, it } from 'vitest'
import { ConfigError, parseConfig, setting } from '../src/config.ts'

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
