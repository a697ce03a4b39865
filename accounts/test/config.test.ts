import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digestsOf } from '@logbook/chassis/access/service-tokens.ts'
import { ConfigError } from '@logbook/chassis/start/config.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../src/config.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'accounts-config-'))
  mkdirSync(join(folder, 'tokens'))
  writeFileSync(join(folder, 'tokens', 'gateway'), 'the-token-of-the-gateway\n')
  writeFileSync(join(folder, 'secret'), 'from a file\n')
  writeFileSync(join(folder, 'token'), 'the-token-of-accounts\n')
  writeFileSync(join(folder, 'empty'), '')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const refusalOf = (env: NodeJS.ProcessEnv): string => {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'none'
}

describe('the settings', () => {
  it('settings have these defaults', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 4006,
      logLevel: 'info',
      busUrl: 'http://127.0.0.1:4005',
      serviceToken: undefined,
      database: 'data/accounts.sqlite',
      masterKey: { file: 'data/secrets/master-key' },
      knownCallers: {},
      publicUrl: 'http://localhost:3000',
      blogTitle: 'Logbook',
      origins: ['http://localhost:3000', 'http://127.0.0.1:3000'],
      signUp: 'open',
      newAccounts: false,
      outbox: 'data/outbox',
      mailFrom: 'logbook@localhost',
      smtp: undefined,
      social: {},
    })
  })

  it('settings are read from the environment', () => {
    const given = {
      HOST: '0.0.0.0',
      PORT: '4999',
      LOG_LEVEL: 'warn',
      BUS_URL: 'https://bus.test/',
      SERVICE_TOKEN_FILE: join(folder, 'token'),
      DATABASE: '/elsewhere/people.sqlite',
      MASTER_KEY: 'bWFzdGVy',
      SERVICE_TOKENS_DIR: join(folder, 'tokens'),
      PUBLIC_URL: 'https://blog.test/',
      BLOG_TITLE: 'The blog',
      CORS_ORIGINS: 'https://a.test, https://b.test',
      SIGN_UP: 'invited',
      NEW_ACCOUNTS: 'allowed',
      OUTBOX: '/elsewhere/mails',
      MAIL_FROM: 'The blog <blog@blog.test>',
      SMTP_HOST: 'smtp.test',
      SMTP_PORT: '465',
      SMTP_SECURE: 'true',
      SMTP_USER: 'blog',
      SMTP_PASSWORD: 'a password',
      GITHUB_CLIENT_ID: 'g',
      GITHUB_CLIENT_SECRET: 'gs',
      GOOGLE_CLIENT_ID: 'o',
      GOOGLE_CLIENT_SECRET: 'os',
    }
    expect(readConfig(given)).toEqual({
      host: '0.0.0.0',
      port: 4999,
      logLevel: 'warn',
      busUrl: 'https://bus.test',
      serviceToken: 'the-token-of-accounts',
      database: '/elsewhere/people.sqlite',
      masterKey: { key: 'bWFzdGVy' },
      knownCallers: digestsOf({ gateway: 'the-token-of-the-gateway' }),
      publicUrl: 'https://blog.test',
      blogTitle: 'The blog',
      origins: ['https://a.test', 'https://b.test'],
      signUp: 'invited',
      newAccounts: true,
      outbox: '/elsewhere/mails',
      mailFrom: 'The blog <blog@blog.test>',
      smtp: { host: 'smtp.test', port: 465, secure: true, user: 'blog', password: 'a password' },
      social: {
        github: { clientId: 'g', clientSecret: 'gs' },
        google: { clientId: 'o', clientSecret: 'os' },
      },
    })
    expect(readConfig({ MASTER_KEY_FILE: '/keys/master' }).masterKey).toEqual({ file: '/keys/master' })
    expect(readConfig({ DATABASE: '/d/a.sqlite' })).toMatchObject({
      masterKey: { file: '/d/secrets/master-key' },
      outbox: '/d/outbox',
    })
  })

  it('secrets are read from files, and an empty file counts as none', () => {
    const [secret, empty] = [join(folder, 'secret'), join(folder, 'empty')]
    const read = readConfig({
      SMTP_HOST: 'smtp.test',
      SMTP_PASSWORD_FILE: secret,
      GITHUB_CLIENT_ID: 'g',
      GITHUB_CLIENT_SECRET_FILE: secret,
      GOOGLE_CLIENT_SECRET_FILE: empty,
    })
    expect(read.smtp?.password).toBe('from a file')
    expect(read.social).toEqual({ github: { clientId: 'g', clientSecret: 'from a file' } })
    expect(readConfig({ SMTP_HOST: 'smtp.test', SMTP_PASSWORD_FILE: empty }).smtp?.password).toBeUndefined()
  })

  it.each([
    ['PORT', '70000'],
    ['LOG_LEVEL', 'loud'],
    ['BUS_URL', 'ftp://bus'],
    ['SERVICE_TOKEN', 'short'],
    ['SERVICE_TOKEN_FILE', '/nowhere/token'],
    ['SERVICE_TOKENS_DIR', '/nowhere'],
    ['PUBLIC_URL', 'blog.test'],
    ['CORS_ORIGINS', 'blog'],
    ['SIGN_UP', 'closed'],
    ['MAIL_FROM', 'nobody'],
    ['MAIL_FROM', 'a@b.test\r\nBcc: c@d.test'],
    ['SMTP_PORT', '-1'],
    ['SMTP_SECURE', 'yes'],
    ['SMTP_PASSWORD_FILE', '/nowhere/password'],
    ['GITHUB_CLIENT_SECRET_FILE', '/nowhere/secret'],
    ['GOOGLE_CLIENT_SECRET_FILE', '/nowhere/secret'],
  ])('a wrong %s is reported by name: %j', (name, value) => {
    expect(refusalOf({ [name]: value })).toMatch(new RegExp(`^Wrong settings:\\n  ${name}[.:]`))
  })

  it.each(['GITHUB', 'GOOGLE'])(
    'a missing half of the %s credentials is reported with both names',
    (name) => {
      for (const half of ['CLIENT_ID', 'CLIENT_SECRET'])
        expect(refusalOf({ [`${name}_${half}`]: 'x' })).toContain(
          `${name}_CLIENT_ID and ${name}_CLIENT_SECRET`,
        )
    },
  )

  it('all wrong settings are reported at once, without secrets', () => {
    const long = 'k'.repeat(1_001)
    const refusal = refusalOf({
      PORT: 'x',
      SIGN_UP: 'x',
      SMTP_PASSWORD: long,
      MASTER_KEY: long,
      GITHUB_CLIENT_SECRET: long,
    })
    for (const name of ['PORT', 'SIGN_UP', 'SMTP_PASSWORD', 'MASTER_KEY', 'GITHUB_CLIENT_SECRET'])
      expect(refusal).toContain(`  ${name}: `)
    expect(refusal).not.toContain('kkk')
  })
})
