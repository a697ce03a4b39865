import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cases } from '@logbook/chassis/testing/cases.ts'
import fc from 'fast-check'
import { expect, it, onTestFinished, vi } from 'vitest'
import { z } from 'zod'
import { following, type Name, startBus, startServices } from '../backup/test/running-blog.ts'

const operation = z.looseObject({
  parameters: z.array(z.looseObject({ name: z.string(), in: z.string() })).default([]),
  requestBody: z
    .looseObject({ content: z.record(z.string(), z.looseObject({ example: z.unknown().optional() })) })
    .optional(),
  responses: z.record(z.string(), z.unknown()),
})
const document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), operation)) })

const odd = [
  '',
  '0',
  '-1',
  '1',
  'x',
  '9'.repeat(20),
  '%00',
  '%zz',
  'é',
  '..%2f',
  '*',
  'null',
  '"1"',
  'a'.repeat(600),
]
const contentTypes = ['application/json', 'text/plain', 'application/json; charset=latin1', '']
const bodies = [
  '',
  '{',
  '[]',
  '{}',
  'null',
  '"x"',
  '{"title":1}',
  '\u0000',
  `{"content":"${'x'.repeat(20_000)}"}`,
]
const oddHeaders = [
  'If-Match',
  'If-None-Match',
  'Idempotency-Key',
  'Min-Position',
  'Content-Encoding',
  'Accept',
]

it('whatever is asked, a service answers with no status that its description does not have', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'logbook-described-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const bus = await startBus(folder)
  onTestFinished(() => bus.close())
  const services = await startServices(folder, bus.url)
  onTestFinished(() => services.close())
  for (const name of following)
    await vi.waitFor(async () => expect((await services.health(name)).ready).toBe(true), { timeout: 40_000 })
  const { body: post } = await services.ask('posts').post('/posts').send({ title: 'Hello' })
  const described = await Promise.all(
    following.map(async (name) => ({
      name,
      paths: document.parse((await services.ask(name).get('/openapi.json')).body).paths,
    })),
  )
  const rows = described.flatMap(({ name, paths }) =>
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, each]) => ({ name, path, method, ...each })),
    ),
  )
  const undocumented = new Set<string>()
  const ask = async (
    { name, path, method, parameters, requestBody, responses }: (typeof rows)[number],
    [value, type, body, header, who]: readonly [string, string, string, string, string],
  ): Promise<void> => {
    const ways = [value, post.id].map((part) => path.replaceAll(/\{\w+\}/g, part || 'x'))
    const query = parameters.find((each) => each.in === 'query')?.name
    const example = JSON.stringify(Object.values(requestBody?.content ?? {})[0]?.example ?? {})
    for (const way of ways) {
      const address = `${services.urlOf(name as Name)}${way}${query === undefined ? '' : `?${query}=${value}`}`
      const answer = await fetch(address, {
        method: method.toUpperCase(),
        redirect: 'manual',
        signal: AbortSignal.timeout(20_000),
        headers: {
          ...(who === '' ? {} : { Authorization: who === 'owner' ? services.owner : who }),
          ...(/^[\x20-\x7e]+$/.test(value) ? { [header]: value } : {}),
          ...(requestBody && type !== '' ? { 'Content-Type': type } : {}),
        },
        body: requestBody ? body || example : null,
      })
      await answer.body?.cancel()
      // Another spelling of an address leads to the one that is described, whatever the address.
      if (answer.status === 308 || String(answer.status) in responses) continue
      undocumented.add(`${name}: ${method.toUpperCase()} ${path}: ${answer.status}`)
    }
  }
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...rows),
      fc.tuple(
        fc.constantFrom(...odd),
        fc.constantFrom(...contentTypes),
        fc.constantFrom(...bodies),
        fc.constantFrom(...oddHeaders),
        fc.constantFrom('owner', 'owner', '', 'Bearer x'),
      ),
      ask,
    ),
    cases(1_500),
  )
  expect([...undocumented].sort()).toEqual([])
})
