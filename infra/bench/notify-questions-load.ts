import { randomUUID } from 'node:crypto'
import { createQuestionClient } from '@logbook/chassis/questions/question-client.ts'
import { connect } from 'amqplib'

/** Asks or answers until it is told to stop, over the event bus or RabbitMQ: `<role> <address> <under way> <seconds>`. */
const [role = '', address = '', underWayMax = '64', seconds = '5'] = process.argv.slice(2)
const slots = Number(underWayMax)
/** Without it each message waits for the acknowledgement of the one before, 40 ms. */
const options = { noDelay: true }
const queue = 'questions'
const question = { article: 7, text: 'x'.repeat(100) }
const answer = { free: 3, text: 'y'.repeat(100) }

/** Asks with so many under way, and returns answers a second after a second to warm up. */
const rateOf = async (ask: () => Promise<unknown>): Promise<number> => {
  let done = 0
  let isOver = false
  const worker = async () => {
    for (; !isOver; done++) await ask()
  }
  const workers = Array.from({ length: slots }, worker)
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  await pause(1_000)
  const [begun, before] = [performance.now(), done]
  await pause(Number(seconds) * 1_000)
  const rate = ((done - before) / (performance.now() - begun)) * 1_000
  isOver = true
  await Promise.all(workers)
  return rate
}

const roles: Record<string, () => Promise<void>> = {
  async 'bus-answer'() {
    const client = createQuestionClient({ url: address, source: '/bench' })
    process.send?.({ ready: true })
    await client.answer(queue, () => answer, { signal: new AbortController().signal, slots })
  },
  async 'bus-ask'() {
    const client = createQuestionClient({ url: address, source: '/bench' })
    process.send?.({ rate: await rateOf(() => client.ask(queue, question)) })
    client.close()
  },
  async 'rabbit-answer'() {
    const channel = await (await connect(address, options)).createChannel()
    await channel.assertQueue(queue, { durable: false })
    await channel.prefetch(1)
    await channel.consume(queue, (message) => {
      if (message === null) return
      JSON.parse(message.content.toString())
      const { replyTo, correlationId } = message.properties
      channel.sendToQueue(replyTo, Buffer.from(JSON.stringify(answer)), { correlationId })
      channel.ack(message)
    })
    process.send?.({ ready: true })
  },
  async 'rabbit-ask'() {
    const connection = await connect(address, options)
    const channel = await connection.createChannel()
    const replies = await channel.assertQueue('', { exclusive: true })
    const waiting = new Map<string, (answer: unknown) => void>()
    await channel.consume(
      replies.queue,
      (message) => {
        const id = String(message?.properties.correlationId)
        waiting.get(id)?.(JSON.parse(String(message?.content)))
        waiting.delete(id)
      },
      { noAck: true },
    )
    const ask = () =>
      new Promise((resolve) => {
        const correlationId = randomUUID()
        waiting.set(correlationId, resolve)
        const content = Buffer.from(JSON.stringify(question))
        channel.sendToQueue(queue, content, { correlationId, replyTo: replies.queue })
      })
    process.send?.({ rate: await rateOf(ask) })
    await connection.close()
  },
}
await roles[role]?.()
