import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { accessToken } from '@logbook/contracts/identity.ts'
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  digestOf,
  digestsOf,
  forwardingProof,
  isProofOf,
  readServiceFiles,
  servicesBy,
} from '../../src/access/service-tokens.ts'
import { createVerify } from '../../src/access/verify.ts'
import { callers } from '../../src/testing/access.ts'
import { fixedClock } from '../../src/testing/deterministic.ts'
import { temporaryFolder } from '../../src/testing/temporary-folder.ts'

describe('a folder of service tokens', () => {
  it('gives each service the token in the file of its name', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'event-bus'), 'first\n')
    // Mounted secrets are links into a hidden folder.
    mkdirSync(join(folder, '..data'))
    writeFileSync(join(folder, '..data', 'posts'), 'second')
    symlinkSync(join('..data', 'posts'), join(folder, 'posts'))
    writeFileSync(join(folder, 'posts.5f0c'), 'a draft')
    expect(readServiceFiles(folder)).toEqual({ 'event-bus': 'first', posts: 'second' })
  })

  it('knows a service by its whole token alone', () => {
    const serviceOf = servicesBy(digestsOf({ posts: 'first-token', comments: 'second-token' }))
    expect(serviceOf('second-token')).toBe('comments')
    for (const wrong of ['second-toke', 'second-token2', 'Second-token', '', 'posts'])
      expect(serviceOf(wrong)).toBeUndefined()
  })

  it('lets in neither its digest nor the proof that it forwards with', () => {
    const token = 'the-token-of-the-gateway'
    const serviceOf = servicesBy(digestsOf({ gateway: token }))
    const [digest, proof] = [digestOf(token), forwardingProof(token)]
    expect([token, digest, proof].map(serviceOf)).toEqual(['gateway', undefined, undefined])
    expect(isProofOf(digest, proof)).toBe(true)
    for (const wrong of [token, digest, `${proof}00`, proof.slice(2), '', 'ü'])
      expect(isProofOf(digest, wrong)).toBe(false)
  })
})

describe('an access token', () => {
  const now = new Date('2026-01-01T00:00:00.000Z')
  const issuedAt = now.getTime() / 1_000

  /** A well signed token, with what is given in place of what it should say. */
  const verifyOf = async (changes: Record<string, unknown>, at = now) => {
    const { publicKey, privateKey } = await generateKeyPair(accessToken.algorithm)
    const keySet = { keys: [{ ...(await exportJWK(publicKey)), alg: accessToken.algorithm }] }
    const { kind, role, name, id: sub } = callers.author
    const registered = { iss: accessToken.issuer, aud: accessToken.audience, sub }
    const claims = { ...registered, kind, role, name, iat: issuedAt, exp: issuedAt + 60, ...changes }
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: accessToken.algorithm })
      .sign(privateKey)
    const clock = fixedClock(at.toISOString())
    return createVerify({ keys: createLocalJWKSet(keySet), clock })(`Bearer ${token}`)
  }

  it('says who calls', async () => {
    expect(await verifyOf({})).toEqual(callers.author)
    expect(await verifyOf({ scopes: ['posts'] })).toEqual({ ...callers.author, scopes: ['posts'] })
  })

  it.each([
    ['another issuer', { iss: 'logbook' }],
    ['another audience', { aud: 'elsewhere' }],
    ['no audience', { aud: undefined }],
    ['no end', { exp: undefined }],
    ['an end long ago', { exp: issuedAt - 10 }],
    ['a beginning long ago', { iat: issuedAt - 3_600, exp: issuedAt + 3_600 }],
    ['a beginning to come', { iat: issuedAt + 3_600, exp: issuedAt + 3_660 }],
    ['a role that does not exist', { role: 'admin' }],
    ['no role', { role: undefined }],
    ['another kind', { kind: 'service' }],
    ['no subject', { sub: undefined }],
    ['a subject that is no id', { sub: "' OR 1=1" }],
  ])('with %s is refused', async (_what, changes) => {
    await expect(verifyOf(changes)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('of no signature at all is refused', async () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const unsigned = `${part({ alg: 'none' })}.${part({ sub: callers.owner.id, kind: 'person', role: 'owner' })}.`
    const verify = createVerify({ keys: createLocalJWKSet({ keys: [] }) })
    await expect(verify(`Bearer ${unsigned}`)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  const hour = 3_600_000
  it.each([
    ['set back while it is under way', -hour, 0],
    ['set forward while it is under way', hour, 0],
    ['set back before it was signed', 0, -hour],
    ['set forward before it was signed', 0, hour],
  ])('holds for its minute and no longer where the wall clock was %s', async (_what, jumpMs, signedMs) => {
    const { publicKey, privateKey } = await generateKeyPair(accessToken.algorithm)
    const { kind, id: sub } = callers.guest
    const clock = fixedClock(now.toISOString())
    // What signs began after the clock was set, what verifies before.
    if (signedMs !== 0) clock.jump(signedMs)
    const iat = issuedAt + signedMs / 1_000
    const token = await new SignJWT({ kind, iat, exp: iat + 60 })
      .setProtectedHeader({ alg: accessToken.algorithm })
      .setIssuer(accessToken.issuer)
      .setAudience(accessToken.audience)
      .setSubject(sub)
      .sign(privateKey)
    const verify = createVerify({ keys: createLocalJWKSet({ keys: [await exportJWK(publicKey)] }), clock })
    clock.jump(jumpMs)
    expect(await verify(`Bearer ${token}`)).toEqual(callers.guest)
    clock.jump(-jumpMs)
    clock.pass(59_000)
    expect(await verify(`Bearer ${token}`)).toEqual(callers.guest)
    clock.pass(7_000)
    await expect(verify(`Bearer ${token}`)).rejects.toMatchObject({ code: 'unauthenticated' })
    clock.jump(-hour)
    await expect(verify(`Bearer ${token}`)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('ends, also for who has seen it before', async () => {
    const { publicKey, privateKey } = await generateKeyPair(accessToken.algorithm)
    const { kind, id: sub } = callers.guest
    const token = await new SignJWT({ kind, iat: issuedAt, exp: issuedAt + 60 })
      .setProtectedHeader({ alg: accessToken.algorithm })
      .setIssuer(accessToken.issuer)
      .setAudience(accessToken.audience)
      .setSubject(sub)
      .sign(privateKey)
    const keys = createLocalJWKSet({ keys: [await exportJWK(publicKey)] })
    const clock = fixedClock(now.toISOString())
    const verify = createVerify({ keys, clock })
    expect(await verify(`Bearer ${token}`)).toEqual(callers.guest)
    clock.pass(70_000)
    await expect(verify(`Bearer ${token}`)).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})
