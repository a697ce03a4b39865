import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { until } from '@logbook/chassis/testing/until.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folderPost } from '../src/mail/folder-post.ts'
import { type Booted, boot, cookieOf, password, received, tokenOf } from './boot.ts'

const folder = mkdtempSync(join(tmpdir(), 'invitation-mails-'))
const outbox = join(folder, 'outbox')
let accounts: Booted
let owner: Awaited<ReturnType<Booted['makeOwner']>>
beforeAll(async () => {
  accounts = await boot({
    folder,
    post: folderPost({ folder: outbox, from: 'blog@blog.test', logger: silentLogger }),
  })
  owner = await accounts.makeOwner()
})
afterAll(async () => {
  await accounts.close()
  rmSync(folder, { recursive: true, force: true })
})

const filesTo = (address: string) =>
  readdirSync(outbox).filter((name) => readFileSync(join(outbox, name), 'utf8').includes(address))
const delivered = (address: string, subject = 'You are invited') =>
  until(() => {
    const texts = filesTo(address).map((name) => readFileSync(join(outbox, name), 'utf8'))
    return texts.find((text) => text.includes(`Subject: ${subject}`))
  })

const invite = async (email: string) => {
  const made = await accounts.ask('POST', '/invitations', { as: owner.jwt, body: { email, role: 'author' } })
  await delivered(email)
  return { id: made.body.id, token: tokenOf(made.body.link) }
}
const accept = ({ token }: { token: string }) =>
  accounts.ask('POST', '/invitations/accept', { body: { token, name: 'Ines', password } })

/** What quoted-printable lines say. */
const unquoted = (text: string) => text.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '=')

/** Everything that the accounts keep in files, as one text. */
const kept = () =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${name} ${readFileSync(join(parentPath, name), 'latin1')}`)
    .join('\n')

describe('the mail of an invitation', () => {
  it('the mail of an invitation is deleted once the invitation is used or withdrawn', async () => {
    const [used, withdrawn] = [await invite('used@example.org'), await invite('withdrawn@example.org')]
    expect(filesTo('used@example.org')[0]).toContain(used.id)
    expect((await accept(used)).status).toBe(201)
    await accounts.ask('DELETE', `/invitations/${withdrawn.id}`, { as: owner.jwt })
    expect([filesTo('used@example.org'), filesTo('withdrawn@example.org')]).toEqual([[], []])
  })

  it('the mail of an invitation is deleted with the account of its sender', async () => {
    const made = await accept(await invite('second.owner@example.org'))
    const { id } = made.body.person
    await accounts.ask('PATCH', `/people/${id}`, { as: owner.jwt, body: { role: 'owner' } })
    const as = await accounts.jwtOf(cookieOf(made.cookies))
    const body = { email: 'friend@example.org', role: 'reader' }
    expect((await accounts.ask('POST', '/invitations', { as, body })).status).toBe(201)
    await delivered('friend@example.org')
    await accounts.ask('DELETE', `/people/${id}`, { as: owner.jwt })
    expect(filesTo('friend@example.org')).toEqual([])
  })
})

describe('an erased person', () => {
  it('an erased person leaves no present or earlier address anywhere', async () => {
    const [first, second] = ['ines.first@example.org', 'ines.second@example.org']
    const made = await accept(await invite(first))
    const cookie = cookieOf(made.cookies)
    const as = await accounts.jwtOf(cookie)
    // Invited once more, to the address that is given up then.
    await invite(first)
    const body = { email: second, currentPassword: password }
    expect((await accounts.ask('POST', '/auth/change-email', { as, cookie, body })).status).toBe(200)
    const text = await delivered(second, 'Confirm your new address')
    const link = new URL(received({ to: second, subject: '', text: unquoted(text) }).link ?? '')
    await accounts.ask('POST', '/auth/verify-email', { cookie, body: { token: tokenOf(link.href) } })
    await delivered(first, 'Your address was changed')
    expect(kept()).toContain(first)
    await accounts.ask('DELETE', `/people/${made.body.person.id}`, { as: owner.jwt })
    for (const address of [first, second]) expect(kept()).not.toContain(address)
  })
})
