import { fork } from 'node:child_process'
import { once } from 'node:events'
import { systemClock } from '@logbook/chassis/clock.ts'
import { questionLimits } from '@logbook/event-bus/questions/limits.ts'
import { createQuestionMetrics } from '@logbook/event-bus/questions/metrics.ts'
import { Questions } from '@logbook/event-bus/questions/questions.ts'
import { Registry } from 'prom-client'
import { expect, it, onTestFinished, vi } from 'vitest'
import { startBus } from '../running-bus.ts'
import { startAnswerer, startAskedBus } from './running.ts'

it('the question of an answerer that does not reply goes to the next one, and its late reply is refused', async () => {
  const bus = await startAskedBus()
  const asked = bus.ask('t', { data: 1 })
  const [dead] = await bus.claim('t', { leaseMs: 50 })
  const [next] = await bus.claim('t')
  expect(next).toMatchObject({ id: dead?.id, attempt: 2 })
  expect(await bus.reply('t', { token: dead?.token, data: 'late' })).toMatchObject({
    status: 409,
    body: { code: 'conflict', reason: 'lease-ended' },
  })
  await bus.reply('t', { token: next?.token, data: 'in time' })
  expect(await asked).toMatchObject({ status: 200, body: { data: 'in time', attempt: 2 } })
})

it('the question of a killed answerer goes to the next one', async () => {
  const bus = await startAskedBus()
  const child = fork(new URL('./fixtures/stuck-answerer.ts', import.meta.url), [bus.url], { execArgv: [] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  await vi.waitFor(async () => expect(await bus.topics()).toMatchObject([{ answerers: 1 }]))
  const asked = bus.client.ask('t', 'are you there?', { timeoutMs: 60_000 })
  const [message] = await once(child, 'message')
  expect(message).toBe('are you there?')
  child.kill('SIGKILL')
  await once(child, 'exit')
  startAnswerer(bus, 't', () => 'yes')
  expect(await asked).toMatchObject({ data: 'yes', attempt: 2 })
})

it('the first reply is accepted and the second refused by name', async () => {
  const bus = await startAskedBus()
  const asked = bus.ask('t', { data: 1 })
  const [{ token } = { token: '' }] = await bus.claim('t')
  expect((await bus.reply('t', { token, data: 'first' })).status).toBe(204)
  expect(await bus.reply('t', { token, data: 'second' })).toMatchObject({
    status: 409,
    body: { code: 'conflict', reason: 'answered', detail: 'The question was answered.' },
  })
  expect(await asked).toMatchObject({ body: { data: 'first' } })
  expect((await bus.reply('t', { token: 'made-up', data: 1 })).body).toMatchObject({ reason: 'unknown' })
})

it('a question that times out is answered 504, and says whether there was an answerer', async () => {
  const bus = await startAskedBus()
  expect(await bus.ask('nothing', { data: 1, timeoutMs: 20 })).toMatchObject({
    status: 504,
    body: { code: 'no-answer', attempts: 0, detail: 'No answerer asks for questions of this topic.' },
  })
  const asked = bus.ask('slow', { data: 1, timeoutMs: 100 })
  const [held] = await bus.claim('slow')
  expect(await asked).toMatchObject({ status: 504, body: { code: 'no-answer', attempts: 1 } })
  expect((await bus.reply('slow', { token: held?.token, data: 1 })).body).toMatchObject({ reason: 'late' })
  expect(await bus.topics()).toEqual([])
})

it('a question goes to no more answerers than its attempts allow', async () => {
  const bus = await startAskedBus()
  const asked = bus.ask('once', { data: 1, attempts: 1 })
  await bus.claim('once', { leaseMs: 50 })
  expect(await asked).toMatchObject({ status: 504, body: { attempts: 1 } })
  const passed = bus.ask('once', { data: 2, attempts: 2 })
  for (const attempt of [1, 2]) {
    const [question] = await bus.claim('once')
    expect(question).toMatchObject({ attempt })
    await bus.reply('once', { token: question?.token, pass: true })
  }
  expect(await passed).toMatchObject({ status: 504, body: { attempts: 2 } })
})

it('questions of an asker that has disconnected are dropped', async () => {
  const bus = await startAskedBus()
  const leave = new AbortController()
  const ask = (topic: string) =>
    bus.client.ask(topic, 1, { signal: leave.signal }).catch((error: Error) => error.name)
  const asked = [ask('waits'), ask('held')]
  const [held] = await bus.claim('held')
  await vi.waitFor(async () => expect(await bus.topics()).toHaveLength(2))
  leave.abort()
  expect(await Promise.all(asked)).toEqual(['AbortError', 'AbortError'])
  await vi.waitFor(async () => expect(await bus.topics()).toEqual([]))
  expect((await bus.reply('held', { token: held?.token, data: 1 })).body).toMatchObject({
    reason: 'asker-gone',
  })
})

it('a question that could not be sent to a disconnected answerer is returned at once', async () => {
  const bus = await startAskedBus()
  const leave = new AbortController()
  const gone = fetch(`${bus.url}/questions/t/claim`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ waitMs: 20_000, leaseMs: 60_000 }),
    signal: leave.signal,
  }).catch(() => {})
  await vi.waitFor(async () => expect(await bus.topics()).toMatchObject([{ answerers: 1 }]))
  leave.abort()
  await gone
  await vi.waitFor(async () => expect(await bus.topics()).toEqual([]))
  const asked = bus.ask('t', { data: 1 })
  const [question] = await bus.claim('t')
  expect(question).toMatchObject({ attempt: 1 })
  await bus.reply('t', { token: question?.token, data: 2 })
  expect((await asked).status).toBe(200)
})

it('a claimed question that was not received is returned without counting the attempt', async () => {
  const metrics = createQuestionMetrics(new Registry())
  const questions = new Questions({ steady: systemClock.steady, metrics })
  onTestFinished(() => questions.close())
  const asked = { id: 'q', topic: 't', asker: null, data: '1', timeoutMs: 60_000, attempts: 1 }
  const answers: unknown[] = []
  questions.ask({ ...asked, answered: (answer) => answers.push(answer) })
  const wanted = { by: null, max: 1, leaseMs: 60_000, left: new AbortController().signal }
  const tokenOf = async () => (await questions.claim('t', wanted))[0]?.lease?.token ?? ''
  const lost = await tokenOf()
  questions.unsent([lost])
  const token = await tokenOf()
  const reply = (shown: string) =>
    questions.reply({ topic: 't', token: shown, by: null }, { kind: 'data', data: '2' })
  expect(() => reply(lost)).toThrow('The lease ended')
  reply(token)
  expect(answers).toMatchObject([{ kind: 'replied', data: '2', attempt: 1 }])
})

it('a stopping bus answers askers with an unknown outcome, and answerers return to the next bus', async () => {
  const bus = await startAskedBus()
  const port = Number(new URL(bus.url).port)
  startAnswerer(bus, 'answered', (data) => data)
  expect(await bus.client.ask('answered', 1)).toMatchObject({ data: 1 })
  const waiting = bus.ask('waiting', { data: 1 })
  await bus.claim('waiting')
  const stopped = bus.close()
  expect(await waiting).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  await stopped
  await expect(bus.client.ask('answered', 1)).rejects.toMatchObject({ code: 'unavailable' })
  await startBus({ port })
  expect(await bus.client.ask('answered', 2, { timeoutMs: 30_000 })).toMatchObject({ data: 2 })
})

it('open questions of one caller are bounded, and refused above that', async () => {
  const bus = await startAskedBus()
  const leave = new AbortController()
  const options = { signal: leave.signal, timeoutMs: 60_000 }
  const all = Array.from({ length: questionLimits.questionsPerCallerMax }, (_, data) =>
    bus.client.ask('full', data, options).catch(() => {}),
  )
  await vi.waitFor(async () => expect(await bus.topics()).toMatchObject([{ waiting: all.length }]))
  const refused = await bus.ask('full', { data: 1 })
  expect(refused).toMatchObject({ status: 429, body: { code: 'too-many' } })
  expect(refused.headers.get('Retry-After')).toBe('1')
  leave.abort()
  await Promise.all(all)
  await vi.waitFor(async () => expect(await bus.topics()).toEqual([]))
})
