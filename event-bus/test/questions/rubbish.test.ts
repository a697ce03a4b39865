import { digestsOf } from '@logbook/chassis/access/service-tokens.ts'
import { listen } from '@logbook/chassis/http/server.ts'
import { silentLogger } from '@logbook/chassis/logger.ts'
import { createQuestionClient } from '@logbook/chassis/questions/question-client.ts'
import { memoryLog } from '@logbook/chassis/testing/memory-log.ts'
import { createEventBus } from '@logbook/event-bus/app.ts'
import { questionLimits } from '@logbook/event-bus/questions/limits.ts'
import { expect, it, onTestFinished } from 'vitest'
import { inMemory } from '../running-bus.ts'
import { startAskedBus } from './running.ts'

type Case = [what: string, path: string, body: string, status: number, code: string, field?: string]

const json = JSON.stringify
const cases: Case[] = [
  ['a topic with a slash in it', '/questions/a%2Fb', json({ data: 1 }), 422, 'invalid'],
  ['a topic that is too long', `/questions/${'x'.repeat(101)}`, json({ data: 1 }), 422, 'invalid'],
  ['a body that is no JSON', '/questions/t', '{', 400, 'bad-json'],
  ['a body that is no object', '/questions/t', '[]', 422, 'invalid'],
  ['no body at all', '/questions/t', '', 400, 'bad-json'],
  ['a time without an end', '/questions/t', json({ data: 1, timeoutMs: 1e9 }), 422, 'invalid', 'timeoutMs'],
  ['no attempt at all', '/questions/t', json({ data: 1, attempts: 0 }), 422, 'invalid', 'attempts'],
  ['an unknown field', '/questions/t', json({ data: 1, more: 1 }), 422, 'invalid', 'more'],
  ['an id with a line in it', '/questions/t', json({ data: 1, id: 'a\nb' }), 422, 'invalid', 'id'],
  ['a number that no double holds', '/questions/t', '{"data": 12345678901234567890}', 422, 'invalid', 'data'],
  [
    'data that nests too deep',
    '/questions/t',
    `{"data":${'['.repeat(9_999)}${']'.repeat(9_999)}}`,
    400,
    'bad-json',
  ],
  ['a claim of nothing', '/questions/t/claim', json({ max: 0 }), 422, 'invalid', 'max'],
  ['a lease for ever', '/questions/t/claim', json({ leaseMs: 1e9 }), 422, 'invalid', 'leaseMs'],
  ['a reply without a token', '/questions/t/reply', json({ data: 1 }), 422, 'invalid', 'token'],
  ['a reply that says nothing', '/questions/t/reply', json({ token: 'x' }), 422, 'invalid', 'data'],
  [
    'a reply that says two things',
    '/questions/t/reply',
    json({ token: 'x', data: 1, pass: true }),
    422,
    'invalid',
    'data',
  ],
  ['no replies', '/questions/t/reply', json({ replies: [] }), 422, 'invalid', 'replies'],
]

it('refuses rubbish with a problem that names the field', async () => {
  const bus = await startAskedBus()
  for (const [what, path, body, status, code, field] of cases) {
    const answer = await fetch(bus.url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    })
    const problem = await answer.json()
    expect([what, answer.status, problem.code]).toEqual([what, status, code])
    if (field !== undefined) expect([what, problem.errors[0].path]).toEqual([what, field])
  }
  const wrongType = await fetch(`${bus.url}/questions/t`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain' },
    body: 'hello',
  })
  expect(wrongType.status).toBe(415)
  const wrongMethod = await fetch(`${bus.url}/questions/t`, { method: 'PUT' })
  expect([wrongMethod.status, wrongMethod.headers.get('Allow')]).toEqual([405, 'POST'])
  expect(await bus.topics()).toEqual([])
})

it('answers each line of several questions by itself, wrong ones at once', async () => {
  const bus = await startAskedBus()
  const lines = [
    '{',
    json({ data: 1 }),
    json({ id: 'a', data: 1, timeoutMs: 50 }),
    json({ id: 'a', data: 2 }),
  ]
  const answer = await fetch(`${bus.url}/questions/t`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-ndjson' },
    body: lines.join('\n'),
  })
  const problems = (await answer.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(problems.map(({ code, id }) => [code, id])).toEqual([
    ['bad-json', undefined],
    ['invalid', undefined],
    ['id-conflict', 'a'],
    ['no-answer', 'a'],
  ])
})

it('carries a question and a reply of a mebibyte, and refuses more', async () => {
  const bus = await startAskedBus()
  const large = 'x'.repeat(questionLimits.questionBytesMax - 2)
  const asked = bus.ask('t', { data: large })
  const [question] = await bus.claim('t')
  expect(question?.data).toBe(large)
  expect(await bus.reply('t', { token: question?.token, data: `${large}x` })).toMatchObject({
    status: 413,
    body: { code: 'too-large' },
  })
  expect((await bus.reply('t', { token: question?.token, data: large })).status).toBe(204)
  expect((await asked).body).toMatchObject({ data: large })
  expect((await bus.ask('t', { data: `${large}x` })).status).toBe(413)
})

it('lets only the callers named by its grants ask and answer a topic', async () => {
  const tokens = {
    operator: 'the-token-of-the-operator',
    posts: 'the-token-of-posts',
    query: 'the-token-of-query',
  }
  const topics = { 'posts.count': { ask: ['query'], answer: ['posts'] } }
  const bus = createEventBus({
    ...inMemory(),
    store: memoryLog(),
    logger: silentLogger,
    knownCallers: digestsOf(tokens),
    topics,
    publishers: {},
  })
  const { url, close } = await listen(bus.app, { host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    bus.drain?.()
    await close()
    await bus.close()
  })
  const as = (token: string | undefined) => {
    const client = createQuestionClient({ url, source: '/test', token })
    onTestFinished(() => client.close())
    return client
  }
  const stop = new AbortController()
  const refused: unknown[] = []
  const answering = as(tokens.posts).answer('posts.count', ({ asker }) => `for ${asker}`, {
    signal: stop.signal,
  })
  expect(await as(tokens.query).ask('posts.count', 1)).toMatchObject({ data: 'for query', by: 'posts' })
  for (const token of [tokens.posts, tokens.operator])
    await expect(as(token).ask('posts.count', 1)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(as(tokens.query).ask('other', 1)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(as(undefined).ask('posts.count', 1)).rejects.toMatchObject({ code: 'unauthenticated' })
  await expect(as(tokens.operator).ask('other', 1, { timeoutMs: 1 })).rejects.toMatchObject({
    code: 'no-answer',
  })
  const thief = new AbortController()
  await as(tokens.query).answer('posts.count', () => 'stolen', {
    signal: thief.signal,
    onProblem: (error) => {
      refused.push(error)
      thief.abort()
    },
  })
  expect(refused).toMatchObject([{ code: 'forbidden' }])
  const forged = await fetch(`${url}/questions/posts.count`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${tokens.query}` },
    body: json({ data: 1, record: { type: 'PostCreated' } }),
  })
  expect([forged.status, await forged.json()]).toMatchObject([
    403,
    { code: 'forbidden', data: 'for query', detail: 'PostCreated is not an event of query.' },
  ])
  stop.abort()
  await answering
})
