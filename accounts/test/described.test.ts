import { describeEndpoints } from '@logbook/chassis/described/service.ts'
import { heldAgainst } from '@logbook/chassis/testing/described.ts'
import { accountEndpoints } from '@logbook/contracts/endpoints/accounts.ts'
import { entityId } from '@logbook/contracts/text.ts'
import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { boot, password, tokenOf, tokens } from './boot.ts'

const { faults, speaker } = heldAgainst(describeEndpoints(accountEndpoints))
const made = z.looseObject({ id: entityId })
const idIn = (answer: unknown) => ({ params: { id: made.parse(answer).id } })
const as = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } })

describe('the OpenAPI document of accounts', () => {
  it('the OpenAPI document of accounts is valid', async () => expect(await faults()).toEqual([]))

  it('every operation accepts its documented example and answers as documented', async () => {
    const accounts = await boot()
    onTestFinished(accounts.close)
    const { say, unmet } = speaker(accounts.url)
    for (const path of ['/health', '/health/live', '/health/ready', '/openapi.json']) await say(`GET ${path}`)
    for (const path of ['/sign-in-options', '/setup', '/.well-known/jwks.json']) await say(`GET ${path}`)
    const operator = as(tokens.operator)
    const { link } = z.object({ link: z.string() }).parse(await say('GET /operator/setup', operator))
    const owning = { name: 'Olga', email: 'olga@blog.example', password }
    await say('POST /setup', { body: { ...owning, token: tokenOf(link) } })
    await say('POST /setup', { body: { ...owning, token: tokenOf(link) }, status: 409 })

    const machine = idIn(await say('POST /operator/tokens', operator))
    await say('GET /operator/tokens', operator)
    await say('DELETE /operator/tokens/:id', { ...machine, ...operator })
    await say('POST /operator/backup', operator)
    await say('POST /exchange', as(tokens.gateway))
    await say('POST /keys', as(tokens.comments))
    await say('POST /addresses', { ...as(tokens.notifications), body: { ids: [] } })
    await say('GET /metrics', operator)

    await say('POST /auth/sign-up/email')
    await say('POST /auth/send-verification-email')
    const secret = tokenOf(accounts.mailTo('reader@blog.example').link)
    await say('GET /auth/verify-email', { query: `?token=${secret}&callbackURL=/` })
    await say('POST /auth/verify-email', { body: { token: secret } })
    await say('POST /auth/sign-in/email')
    await say('POST /auth/request-password-reset')
    const reset = tokenOf(accounts.mailTo('reader@blog.example').link)
    await say('POST /auth/reset-password', { body: { token: reset, newPassword: password } })
    await say('POST /auth/sign-in/social', { body: { provider: 'github' }, status: 422 })
    await say('GET /auth/callback/:provider', { params: { provider: 'github' } })
    await say('GET /auth/passkey/generate-authenticate-options')
    await say('POST /auth/passkey/verify-authentication', { body: {}, status: 422 })

    const reader = await accounts.makeReader('Rita')
    const hers = { headers: { ...as(reader.jwt).headers, Cookie: reader.cookie } }
    for (const path of ['/me', '/sessions', '/tokens']) await say(`GET ${path}`, hers)
    await say('PATCH /me', hers)
    await say('DELETE /tokens/:id', { ...idIn(await say('POST /tokens', hers)), ...hers })
    await say('GET /auth/passkey/generate-register-options', hers)
    await say('POST /auth/passkey/verify-registration', { ...hers, body: {}, status: 422 })
    await say('GET /auth/passkey/list-user-passkeys', hers)
    await say('POST /auth/passkey/delete-passkey', { ...hers, body: {}, status: 422 })
    await say('POST /auth/change-email', {
      ...hers,
      body: { email: 'rita.new@blog.example', currentPassword: password },
    })
    const change = { currentPassword: password, newPassword: `${password} again` }
    await say('POST /auth/change-password', { ...hers, body: change })

    const owner = as((await accounts.signIn(owning)).jwt)
    await say('GET /people', owner)
    const her = { params: { id: reader.id } }
    await say('PATCH /people/:id', { ...her, ...owner })
    await say('GET /people/:id/data', { ...her, ...owner })
    await say('DELETE /people/:id/picture', { ...her, ...owner })
    await say('POST /people/:id/password-link', { ...her, ...owner })
    const invited = await say('POST /invitations', owner)
    await say('GET /invitations', owner)
    const token = tokenOf(z.looseObject({ link: z.string() }).parse(invited).link)
    await say('POST /invitations/look', { body: { token } })
    await say('POST /invitations/accept', { body: { token, name: 'Ada', password } })
    await say('DELETE /invitations/:id', {
      ...idIn(
        await say('POST /invitations', { ...owner, body: { email: 'x@blog.example', role: 'reader' } }),
      ),
      ...owner,
    })
    await say('DELETE /people/:id', { ...her, ...owner })
    await say('GET /erasures', owner)
    await say('GET /erasures/:id', her)
    const again = await accounts.makeReader('Zoe')
    const theirs = { headers: { ...as(again.jwt).headers, Cookie: again.cookie } }
    const [session] = z.array(made).parse(await say('GET /sessions', theirs))
    await say('DELETE /sessions/:id', { ...idIn(session), ...theirs })
    await say('POST /auth/sign-out', theirs)
    const last = await accounts.makeReader('Yves')
    await say('POST /auth/sign-out-everywhere', { headers: { ...as(last.jwt).headers, Cookie: last.cookie } })
    // Only an authenticator, or GitHub, could go on with these.
    expect(unmet()).toEqual([
      'POST /auth/passkey/delete-passkey',
      'POST /auth/passkey/verify-authentication',
      'POST /auth/passkey/verify-registration',
      'POST /auth/sign-in/social',
    ])
  })
})
