import { describe, expect, it } from 'vitest'
import { variablesOf } from '../../containers/test/settings.ts'
import { handedOn, settingsOf, systemEnvironment } from '../handed-on.ts'
import { addressOf, defaultPorts, environmentOf, hostOf, serviceNames } from '../services.ts'

const place = { host: '0.0.0.0', ports: defaultPorts, dataFolder: '/srv/blog' }
const isSecret = (name: string) => /PASSWORD|SECRET|KEY|TOKEN/.test(name)
/** The runner makes these itself: the file stands in the data folder. */
const madeByRunner = [
  'SERVICE_TOKEN',
  'SERVICE_TOKEN_FILE',
  'SERVICE_TOKENS_DIR',
  'NEW_ACCOUNTS',
  'DEVELOPMENT',
]

describe('the environment of a service', () => {
  it.each(serviceNames)(
    'the environment of a service of %s holds every setting that it reads',
    async (name) => {
      const set = [...Object.keys(environmentOf(name, place)), ...settingsOf[name], ...madeByRunner]
      const missing = [...(await variablesOf(name))].filter((each) => !set.includes(each))
      expect(missing.filter((each) => each !== 'NODE_OPTIONS')).toEqual([])
    },
  )

  it.each(serviceNames)(
    'the environment of a service hands on to %s only settings that it reads',
    async (name) => {
      const read = await variablesOf(name)
      expect(settingsOf[name].filter((each) => !read.has(each))).toEqual([])
    },
  )

  it('the environment of a service holds the secrets of accounts and of the storage in these services alone, but for what mails are sent with, and in no tool that the runner starts', () => {
    const secrets = settingsOf.accounts.filter(isSecret)
    expect(secrets).toContain('SMTP_PASSWORD')
    const env = Object.fromEntries(
      [...secrets, 'PATH', 'AWS_SECRET_ACCESS_KEY'].map((name) => [name, 'told']),
    )
    for (const name of serviceNames) {
      const told = Object.keys(handedOn(name, env)).sort()
      const own = {
        accounts: secrets,
        notifications: ['SMTP_PASSWORD', 'SMTP_PASSWORD_FILE'],
        media: ['AWS_SECRET_ACCESS_KEY'],
      }
      const expected = name in own ? own[name as keyof typeof own] : []
      expect([name, told]).toEqual([name, [...expected, 'PATH'].sort()])
    }
    expect(systemEnvironment(env)).toEqual({ PATH: 'told' })
  })

  it('the environment of a service has each secret as a file too', async () => {
    for (const name of serviceNames) {
      const read = await variablesOf(name)
      const secrets = [...read].filter((each) => isSecret(each) && !/_(FILE|DIR)$/.test(each))
      expect([name, secrets.filter((each) => !read.has(`${each}_FILE`))]).toEqual([name, []])
    }
  })
})

describe('a Logbook that is to be reached from other machines', () => {
  it('a Logbook that is reachable from other machines exposes the gateway only', () => {
    for (const name of serviceNames) {
      const expected = name === 'gateway' ? '0.0.0.0' : '127.0.0.1'
      expect([name, hostOf(name, place), environmentOf(name, place).HOST]).toEqual([name, expected, expected])
    }
  })

  it('services call each other on the loopback address, whatever the gateway listens on', () => {
    expect(addressOf('posts', { ...place, host: '192.0.2.7' })).toBe('http://127.0.0.1:4000')
    expect(environmentOf('gateway', { ...place, host: '::' }).POSTS_URL).toBe('http://127.0.0.1:4000')
    expect(addressOf('gateway', { ...place, host: '192.0.2.7' })).toBe('http://192.0.2.7:3000')
  })
})
