import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Logger } from '@logbook/chassis/logger.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { limits } from '../src/limits.ts'
import { folderPost } from '../src/mail/folder-post.ts'
import type { WaitingMail } from '../src/mail/mail.ts'

let folder: string
let said: object[]
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'accounts-outbox-')), 'outbox')
  said = []
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }))

const logger = { ...silentLogger, info: (what: object) => void said.push(what) } as unknown as Logger
const open = () => folderPost({ folder, from: 'Logbook <logbook@localhost>', logger })
const files = () => readdirSync(folder).sort()
const mail = (n: number, more: Partial<WaitingMail> = {}): WaitingMail => ({
  id: `id-${n}`,
  at: new Date(Date.UTC(2026, 0, 1, 0, 0, n)).toISOString(),
  to: `person${n}@example.org`,
  subject: `Number ${n}`,
  text: 'Open this:\n\nhttp://blog.test/x?token=äöü\n',
  ...more,
})

describe('the outbox folder', () => {
  it('the outbox holds a mail as mail programs read it, privately, and its link is not logged', async () => {
    await open().deliver(mail(1, { personId: 'p1' }), 'Marsh Letters')
    expect(files()).toEqual(['2026-01-01T00-00-01.000Z-id-1.eml'])
    const [name = ''] = files()
    const text = readFileSync(join(folder, name), 'utf8')
    const [head = '', ...body] = text.split('\n\n')
    expect(head).toContain('From: Logbook <logbook@localhost>')
    expect(head).toContain('To: person1@example.org')
    expect(head).toContain('Subject: Number 1')
    expect(head).toContain('Date: Thu, 01 Jan 2026 00:00:01 +0000')
    expect(body.join('\n\n')).toContain('Open this:')
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(said).toEqual([{ mail: 'Number 1', file: join(folder, name) }])
  })

  it('a mail that is delivered twice is one file in the outbox', async () => {
    const post = open()
    await post.deliver(mail(1), 'Marsh Letters')
    await post.deliver(mail(1), 'Marsh Letters')
    expect(files()).toHaveLength(1)
  })

  it.each([
    ['logbook@localhost', 'Marsh Letters', 'From: Marsh Letters <logbook@localhost>'],
    ['<logbook@localhost>', 'Marsh, Letters', 'From: "Marsh, Letters" <logbook@localhost>'],
    ['Ada Reed <ada@blog.test>', 'Marsh Letters', 'From: Ada Reed <ada@blog.test>'],
    ['"Reed, Ada" <ada@blog.test>', 'Marsh Letters', 'From: "Reed, Ada" <ada@blog.test>'],
    ['a@blog.test', 'Möwe', 'From: =?UTF-8?'],
    ['a@blog.test', 'Evil <x@evil.test>, you\r\nBcc: b@evil.test', 'From: =?UTF-8?Q?Evil_=3Cx=40evil'],
  ])('the sender of mails from %s with the title %s is %s', async (from, title, head) => {
    await folderPost({ folder, from, logger }).deliver(mail(1), title)
    const text = readFileSync(join(folder, files()[0] ?? ''), 'utf8')
    expect(text).toContain(head)
    expect(text).not.toMatch(/^Bcc:/m)
  })

  it('a subject or an address can’t add headers to a mail in the outbox', async () => {
    await open().deliver(
      mail(1, { subject: 'Hello\r\nBcc: other@example.org', to: 'a@example.org\nCc: b@example.org' }),
      'Marsh Letters',
    )
    const [name = ''] = files()
    const [head = ''] = readFileSync(join(folder, name), 'utf8').split('\n\n')
    expect(head).not.toMatch(/^(Bcc|Cc):/m)
  })

  it('the outbox is bounded, and the oldest mails go first', async () => {
    const post = open()
    for (let n = 0; n < limits.outboxMailsMax; n++)
      writeFileSync(join(folder, `2025-${String(n).padStart(5, '0')}.eml`), '')
    await post.deliver(mail(1), 'Marsh Letters')
    expect(files()).toHaveLength(limits.outboxMailsMax)
    expect(files()[0]).toBe('2025-00001.eml')
    expect(files().at(-1)).toContain('id-1')
  })

  it('an erasure removes a person’s mails from the outbox by address and by account, and no others', async () => {
    const post = open()
    await post.deliver(mail(1, { personId: 'p1', to: 'former@example.org' }), 'Marsh Letters')
    await post.deliver(mail(2, { to: 'Ada@Example.org' }), 'Marsh Letters')
    await post.deliver(mail(3, { personId: 'p2', text: 'of ada@example.org' }), 'Marsh Letters')
    post.forget({ personId: 'p1', address: 'ada@example.org' })
    expect(files()).toHaveLength(1)
    expect(files()[0]).toContain('id-3')
    post.forget({ personId: 'p9', address: '' })
    expect(files()).toHaveLength(1)
  })

  it('files that a crash left half written are removed from the outbox', () => {
    open()
    writeFileSync(join(folder, 'x.eml.half'), 'To: some')
    open()
    expect(files()).toEqual([])
  })

  it('a delivery fails where the outbox is not writable, so that the mail is retried', async () => {
    const post = open()
    rmSync(folder, { recursive: true })
    await expect(post.deliver(mail(1), 'Marsh Letters')).rejects.toThrow('ENOENT')
  })
})
