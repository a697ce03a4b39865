import type { Bus } from '@logbook/chassis/log/bus.ts'
import { busOver } from '@logbook/chassis/testing/memory-bus.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { initialSettings, settingsSubject } from '@logbook/contracts/events/settings.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { WaitingMail } from '../src/mail/mail.ts'
import { type Booted, boot, password } from './boot.ts'

let changes = 0
/** As posts does, `by` sealed as in the log. */
const call = (bus: Bus, title: string, subject = settingsSubject) =>
  bus.append([
    {
      ...{ id: `settings-${++changes}`, source: '/posts', type: 'BlogSettingsChanged', subject },
      dataversion: currentDataVersion('BlogSettingsChanged'),
      data: {
        settings: { ...initialSettings(), title },
        changedAt: '2026-01-01T00:00:00.000Z',
        sealed: { key: '01920000-0000-7000-8000-0000000000f1', box: 'AAAA' },
      },
    },
  ])

/** Accounts whose mails are kept with what the blog was called when they were delivered. */
const booted = async (options: Parameters<typeof boot>[0] = {}) => {
  const delivered: { mail: WaitingMail; blogTitle: string }[] = []
  const post = {
    deliver: async (mail: WaitingMail, blogTitle: string) => void delivered.push({ mail, blogTitle }),
    forget: () => {},
    forgetInvitations: () => {},
  }
  const accounts = await boot({ post, ...options })
  onTestFinished(() => accounts.close())
  return { accounts, delivered }
}
const caughtUp = (accounts: Booted, position: number) =>
  vi.waitFor(async () =>
    expect(
      (await accounts.ask('GET', '/health', { as: 'token-of-the-operator-in-tests' })).body.position,
    ).toBe(position),
  )
const signUp = (accounts: Booted, n: number, word = password) =>
  accounts.ask('POST', '/auth/sign-up/email', {
    body: { name: 'Rita', email: `rita${n}@example.org`, password: word },
  })

describe('the title of the blog', () => {
  it('mails use the title of the settings, and before that the one of BLOG_TITLE', async () => {
    const bus = busOver(memoryLog())
    const { accounts, delivered } = await booted({ bus, config: { blogTitle: 'Of the variable' } })
    const titles = async (n: number) => {
      expect((await signUp(accounts, n)).status).toBe(200)
      await vi.waitFor(() => expect(delivered).toHaveLength(n))
      const { mail, blogTitle } = delivered[n - 1] ?? {}
      return [mail?.text.split('\n-- \n')[1], blogTitle]
    }
    expect(await titles(1)).toEqual(['Of the variable\n', 'Of the variable'])
    const [{ position = 0 } = {}] = await call(bus, 'Marsh Letters')
    await call(bus, 'Forged', 'elsewhere')
    await caughtUp(accounts, position + 1)
    expect(await titles(2)).toEqual(['Marsh Letters\n', 'Marsh Letters'])
  })

  it('a password made of the title is refused as soon as the settings have the title', async () => {
    const bus = busOver(memoryLog())
    const { accounts } = await booted({ bus })
    expect((await signUp(accounts, 1, 'marsh letters')).status).toBe(200)
    const [{ position = 0 } = {}] = await call(bus, 'Marsh Letters')
    await caughtUp(accounts, position)
    expect((await signUp(accounts, 2, 'marsh letters')).status).toBe(422)
  })
})
