import { expect, it, vi } from 'vitest'
import { startAnswerer, startAskedBus } from './running.ts'

it('a question is answered with the reply of an answerer, and nothing is recorded by default', async () => {
  const bus = await startAskedBus()
  const asked = bus.ask('sum', { id: 'q-1', data: { a: 1, b: 2 } })
  const [question] = await bus.claim('sum')
  expect(question).toMatchObject({ id: 'q-1', asker: null, attempt: 1, data: { a: 1, b: 2 } })
  expect((await bus.reply('sum', { token: question?.token, data: 3 })).status).toBe(204)
  expect(await asked).toMatchObject({ status: 200, body: { id: 'q-1', data: 3, by: null, attempt: 1 } })
  expect(bus.store.head()).toBe(0)
  expect(await bus.topics()).toEqual([])
})

it('question and answer are recorded when asked for, with their position', async () => {
  const bus = await startAskedBus()
  startAnswerer(bus, 'stock', () => ({ free: 3 }))
  const record = { type: 'StockAsked', subject: 'stock-7' }
  const { status, body } = await bus.ask('stock', { id: 'q-7', data: { article: 7 }, record })
  expect([status, body]).toMatchObject([200, { position: 1, data: { free: 3 } }])
  const events = await bus.send('GET', '/streams/stock-7')
  expect(events.body).toMatchObject([
    { type: 'StockAsked', correlationid: 'q-7', data: { question: { article: 7 }, answer: { free: 3 } } },
  ])
  const refused = await bus.ask('stock', { data: 1, record: { type: 'no type at all' } })
  expect(refused).toMatchObject({ status: 422, body: { code: 'invalid' } })
  expect(bus.store.head()).toBe(1)
})

it('questions are given to waiting answerers in turn', async () => {
  const bus = await startAskedBus()
  const taken: Record<string, unknown[]> = { a: [], b: [], c: [] }
  const names = Object.keys(taken)
  const answerOne = async (name: string) => {
    const [question] = await bus.claim('turns')
    taken[name]?.push(question?.data)
    await bus.reply('turns', { token: question?.token, data: name })
  }
  for (let round = 0; round < 3; round += 1) {
    const waiting: Promise<void>[] = []
    for (const name of names) {
      waiting.push(answerOne(name))
      await vi.waitFor(async () => expect(await bus.topics()).toMatchObject([{ answerers: waiting.length }]))
    }
    for (const [index] of names.entries()) await bus.ask('turns', { data: round * 3 + index })
    await Promise.all(waiting)
  }
  expect(taken).toEqual({ a: [0, 3, 6], b: [1, 4, 7], c: [2, 5, 8] })
})

it('the questions of one request are shared among all waiting answerers', async () => {
  const bus = await startAskedBus()
  const claims = [bus.claim('shared', { max: 10 }), bus.claim('shared', { max: 10 })]
  await vi.waitFor(async () => expect(await bus.topics()).toMatchObject([{ answerers: 2 }]))
  const lines = Array.from({ length: 8 }, (_, index) => JSON.stringify({ id: `q${index}`, data: index }))
  const asked = fetch(`${bus.url}/questions/shared`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-ndjson' },
    body: lines.join('\n'),
  })
  const hands = await Promise.all(claims)
  expect(hands.map((hand) => hand.length)).toEqual([4, 4])
  const replies = hands.flat().map(({ token, data }) => ({ token, data: Number(data) * 2 }))
  const { body } = await bus.reply('shared', { replies })
  expect(body.replies).toEqual(replies.map(({ token }) => ({ token, taken: true })))
  const answers = (await (await asked).text()).trim().split('\n')
  const doubled = answers.map((line) => JSON.parse(line)).map(({ id, data }) => [id, data])
  expect(Object.fromEntries(doubled)).toEqual(
    Object.fromEntries(lines.map((_, index) => [`q${index}`, index * 2])),
  )
})

it('64 concurrent questions between one asker and two answerers each get their own reply', async () => {
  const bus = await startAskedBus()
  let most = 0
  let running = 0
  const counts = [0, 0]
  const answererOf = (index: number) => async (data: unknown) => {
    running += 1
    most = Math.max(most, running)
    counts[index] = (counts[index] ?? 0) + 1
    await new Promise(setImmediate)
    running -= 1
    return { twice: Number(data) * 2 }
  }
  for (const index of [0, 1]) startAnswerer(bus, 'twice', answererOf(index), { slots: 32 })
  await vi.waitFor(async () => expect(await bus.topics()).toMatchObject([{ answerers: 2 }]))
  let next = 0
  const worker = async () => {
    for (let data = next++; data < 2_000; data = next++)
      expect(await bus.client.ask('twice', data)).toMatchObject({ data: { twice: data * 2 } })
  }
  await Promise.all(Array.from({ length: 64 }, worker))
  expect(counts.reduce((sum, count) => sum + count)).toBe(2_000)
  expect(Math.min(...counts)).toBeGreaterThan(200)
  expect(most).toBeGreaterThan(8)
})

it('the asker learns that the answerer failed, with the members of a problem and no others', async () => {
  const bus = await startAskedBus()
  const said: unknown[] = []
  const secret = new Error('the password is 1234')
  startAnswerer(
    bus,
    'bad',
    () => {
      throw secret
    },
    { onProblem: (error) => said.push(error) },
  )
  await expect(bus.client.ask('bad', null)).rejects.toMatchObject({
    code: 'answer-failed',
    message: 'The answerer failed.',
  })
  expect(said).toContain(secret)
  const asked = bus.ask('worse', { data: 1 })
  const [question] = await bus.claim('worse')
  await bus.reply('worse', { token: question?.token, error: 'There is no such post.' })
  expect(await asked).toMatchObject({
    status: 502,
    body: { code: 'answer-failed', detail: 'There is no such post.' },
  })
})

it('a stopping answerer claims no more questions, and answers those it has', async () => {
  const bus = await startAskedBus()
  const finish = Promise.withResolvers<string>()
  const begun = Promise.withResolvers<void>()
  const { stop } = startAnswerer(bus, 'slow', () => {
    begun.resolve()
    return finish.promise
  })
  const asked = bus.client.ask('slow', 1)
  await begun.promise
  const stopped = stop()
  finish.resolve('done')
  expect(await asked).toMatchObject({ data: 'done' })
  await stopped
  expect(await bus.topics()).toEqual([])
})
