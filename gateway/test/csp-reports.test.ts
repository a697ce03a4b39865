import type { Logger } from '@logbook/chassis/logger.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { describe, expect, it } from 'vitest'
import { limits } from '../src/limits.ts'
import { startGateway } from './running.ts'

const oldKind = 'application/csp-report'
const newKind = 'application/reports+json'
const page = 'https://blog.example/setup?token=secret'
const old = (changes: object = {}) => ({
  'csp-report': {
    'document-uri': page,
    'violated-directive': 'script-src-elem',
    'effective-directive': 'script-src-elem',
    'blocked-uri': 'https://evil.example/x.js?stolen=secret',
    'original-policy': "default-src 'self'",
    ...changes,
  },
})

const boot = async () => {
  const lines: { said: object; about: string }[] = []
  const logger: Logger = Object.assign(Object.create(silentLogger), {
    warn: (said: object, about: string) => lines.push({ said, about }),
  })
  const gateway = await startGateway({ logger })
  const send = (body: unknown, type = oldKind) =>
    gateway.agent
      .post('/csp-reports')
      .set('Content-Type', type)
      .send(typeof body === 'string' ? body : JSON.stringify(body))
  const counts = async () =>
    [
      ...(await gateway.agent.get('/metrics')).text.matchAll(
        /^csp_violations_total\{directive="(.*)"\} (\d+)$/gm,
      ),
    ]
      .map(([, directive, count]) => `${directive} ${count}`)
      .sort()
  return { ...gateway, send, counts, lines }
}

describe('what the policy of a page stopped', () => {
  it('is counted by directive and logged without what stands behind question marks', async () => {
    const { send, counts, lines, seen } = await boot()
    expect((await send(old())).status).toBe(204)
    expect(
      (await send(old({ 'blocked-uri': 'inline', 'effective-directive': 'script-src-attr' }))).status,
    ).toBe(204)
    expect(await counts()).toEqual(['script-src-attr 1', 'script-src-elem 1'])
    expect(lines.map(({ said }) => said)).toEqual([
      { directive: 'script-src-elem', blocked: 'https://evil.example', page: '/setup' },
      { directive: 'script-src-attr', blocked: 'inline', page: '/setup' },
    ])
    expect(JSON.stringify(lines)).not.toContain('secret')
    expect(seen).toEqual([])
  })

  it('may be said as the Reporting API says it, among reports of other things', async () => {
    const { send, counts } = await boot()
    const body = { effectiveDirective: 'img-src', blockedURL: 'data', documentURL: page }
    expect(
      (
        await send(
          [
            { type: 'csp-violation', body },
            { type: 'deprecation', body: null },
          ],
          newKind,
        )
      ).status,
    ).toBe(204)
    expect(await counts()).toEqual(['img-src 1'])
  })

  it.each(['made-up', '__proto__', 'x"} 1\nfake{a="b', 'é'.repeat(2_000)])(
    'has no name of its own where it is not known: %j',
    async (directive) => {
      const { send, counts, lines } = await boot()
      expect((await send(old({ 'effective-directive': directive, 'blocked-uri': directive }))).status).toBe(
        204,
      )
      expect(await counts()).toEqual(['other 1'])
      expect(JSON.stringify(lines).length).toBeLessThan(500)
    },
  )

  it.each([
    ['what is no JSON', '{', oldKind, 400],
    ['nothing', '', oldKind, 400],
    ['something else', '{"a":1}', oldKind, 422],
    ['a text', '"x"', oldKind, 422],
    ['another type', '{}', 'application/json', 415],
    ['deep JSON', '['.repeat(100) + ']'.repeat(100), newKind, 400],
    [
      'too many at once',
      JSON.stringify(Array(limits.reportsPerRequestMax + 1).fill({ type: 'a' })),
      newKind,
      422,
    ],
    ['too much', JSON.stringify(old({ 'script-sample': 'x'.repeat(limits.reportBytesMax) })), oldKind, 413],
  ])('is refused as %s', async (_, body, type, status) => {
    const { send, counts, lines } = await boot()
    const answer = await send(body, type)
    expect([answer.status, answer.type]).toEqual([status, 'application/problem+json'])
    expect([await counts(), lines]).toEqual([[], []])
  })

  it('fills no log, and is not taken without end', async () => {
    const { send, lines } = await boot()
    let last = await send(old())
    for (let n = 1; n < limits.forms.report.perNetwork; n++) last = await send(old())
    expect(last.status).toBe(204)
    // The minute may turn meanwhile.
    expect(lines.length).toBeLessThanOrEqual(2 * limits.reportLinesPerMinuteMax)
    const refused = await send(old())
    expect([refused.status, refused.body.code]).toEqual([429, 'too-many'])
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  })
})
