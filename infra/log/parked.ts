import { isProblem } from '@logbook/chassis/problem.ts'
import { createQuestionClient } from '@logbook/chassis/questions/question-client.ts'
import { Refused } from '@logbook/chassis/start/command-line.ts'
import { type ParkedAnswer, parkedAnswer, parkedTopic } from '@logbook/contracts/http/parked.ts'
import { parkedDelivery, subscriptionStatus } from '@logbook/contracts/http/subscription-status.ts'
import { parkedAnswerers } from '@logbook/contracts/token-grants.ts'
import { z } from 'zod'
import { limits } from './limits.ts'
import { askBus, headOf, type RunningBlog } from './running-blog.ts'

/** One parked item of the whole blog. */
interface Parked {
  /** `<service>/<item>`, as `retry` takes it. */
  id: string
  subject: string
  reason: string
  since: string | null
}

export interface AllParked {
  items: Parked[]
  /** Services that have more items than they list. */
  more: string[]
  /** Services that gave no answer, and why. */
  silent: { service: string; why: string }[]
}

const bus = 'event-bus'

const read = async <Answer>(answer: Response, schema: z.ZodType<Answer>): Promise<Answer> => {
  if (!answer.ok) throw new Refused(`The event bus answered ${answer.status}: ${await answer.text()}`)
  return schema.parse(await answer.json())
}

const pathOf = (name: string): string => `/subscriptions/${encodeURIComponent(name)}/parked`

/** What durable subscriptions have parked: their items are `event-bus/<subscription>/<position>`. */
const parkedDeliveries = async (blog: RunningBlog): Promise<Pick<AllParked, 'items' | 'more'>> => {
  const all = await read(await askBus(blog, '/subscriptions'), z.array(subscriptionStatus))
  const lists = all
    .filter(({ parked }) => parked > 0)
    .map(async ({ name, parked }) => {
      const deliveries = await read(await askBus(blog, pathOf(name)), z.array(parkedDelivery))
      const items = deliveries.map(({ position, subject, kind, reason, parkedAt }) => ({
        id: `${bus}/${name}/${position}`,
        subject,
        reason: kind === 'behind' ? 'behind a parked event of its subject' : reason,
        since: parkedAt,
      }))
      return { items, more: parked > items.length ? [`${bus}/${name}`] : [] }
    })
  const found = await Promise.all(lists)
  return { items: found.flatMap(({ items }) => items), more: found.flatMap(({ more }) => more) }
}

/** Replays all deliveries of a subscription, or those of the stream of one position. Returns how many. */
const replay = async (blog: RunningBlog, name: string, position?: string): Promise<number> => {
  let body = {}
  if (position !== undefined) {
    if (!/^\d{1,15}$/.test(position)) return 0
    const page = await askBus(blog, `${pathOf(name)}?after=${Number(position) - 1}&limit=1`)
    const [delivery] = await read(page, z.array(parkedDelivery))
    if (delivery === undefined || delivery.position !== Number(position)) return 0
    body = { subject: delivery.subject }
  }
  const request = { method: 'POST', body: JSON.stringify(body) }
  const { replayed } = await read(
    await askBus(blog, `${pathOf(name)}/replay`, request),
    z.object({ replayed: z.number() }),
  )
  return replayed
}

const replayAll = async (blog: RunningBlog): Promise<number> => {
  const all = await read(await askBus(blog, '/subscriptions'), z.array(subscriptionStatus))
  const counts = all.filter(({ parked }) => parked > 0).map(({ name }) => replay(blog, name))
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
}

/** Asks services over the bus, each question with the operator's token. `close` gives up the connection. */
const createServices = ({ busUrl: url, token }: RunningBlog) => {
  const client = createQuestionClient({ url, source: '/operator', token })
  return {
    close: () => client.close(),
    async ask(service: string, question: object, timeoutMs: number): Promise<ParkedAnswer> {
      const options = { timeoutMs, attempts: 1 }
      return parkedAnswer.parse((await client.ask(parkedTopic(service), question, options)).data)
    },
  }
}

const whyOf = (error: unknown): string =>
  isProblem(error, 'no-answer')
    ? 'it gives no answer'
    : error instanceof Error
      ? error.message
      : String(error)

/** What all services of the running blog have parked. A service is waited for for `waitMs`. Throws `Refused` where the blog does not run. */
export const listParked = async (
  blog: RunningBlog,
  { waitMs = limits.answerMsMax }: { waitMs?: number } = {},
): Promise<AllParked> => {
  await headOf(blog)
  const services = createServices(blog)
  const found: AllParked = { items: [], more: [], silent: [] }
  try {
    const lists = parkedAnswerers.map(async (service) => {
      try {
        const { items, more } = await services.ask(service, { do: 'list' }, waitMs)
        found.items.push(...items.map((item) => ({ ...item, id: `${service}/${item.id}` })))
        if (more) found.more.push(service)
      } catch (error) {
        found.silent.push({ service, why: whyOf(error) })
      }
    })
    const [deliveries] = await Promise.all([parkedDeliveries(blog), ...lists])
    found.items.push(...deliveries.items)
    found.more.push(...deliveries.more)
  } finally {
    services.close()
  }
  found.items.sort((one, other) => (one.since ?? '').localeCompare(other.since ?? ''))
  return found
}

/** Retries one item, all of a service, or with `all` everything. Returns how many items were tried again. Throws `Refused`. */
export const retryParked = async (blog: RunningBlog, wanted: readonly string[] | 'all'): Promise<number> => {
  await headOf(blog)
  const ids = wanted === 'all' ? [bus, ...parkedAnswerers] : wanted
  const services = createServices(blog)
  const retry = async (id: string): Promise<number> => {
    const [service = '', ...rest] = id.split('/')
    const [item, position] = rest
    if (service === bus) return item === undefined ? replayAll(blog) : replay(blog, item, position)
    if (!parkedAnswerers.some((each) => each === service))
      throw new Refused(`${id}: the services are ${[bus, ...parkedAnswerers].join(', ')}.`)
    const question = item === undefined ? { do: 'retry' } : { do: 'retry', id: rest.join('/') }
    try {
      return (await services.ask(service, question, limits.retryingMsMax)).retried
    } catch (error) {
      throw new Refused(`${service}: ${whyOf(error)}`, { cause: error })
    }
  }
  try {
    const counts: number[] = []
    for (const id of ids) {
      const count = await retry(id)
      if (count === 0 && wanted !== 'all') throw new Refused(`${id} has nothing parked.`)
      counts.push(count)
    }
    return counts.reduce((sum, count) => sum + count, 0)
  } finally {
    services.close()
  }
}
