import { Counter, Registry } from 'prom-client'

/** What notifications measures beyond what all services do: what came of its messages, by channel. */
export const createNotificationMetrics = () => {
  const registry = new Registry()
  const outcomes = new Counter({
    name: 'notifications_messages_total',
    help: 'Messages by channel and by what came of them; a try that failed is counted each time.',
    labelNames: ['channel', 'outcome'],
    registers: [registry],
  })
  return { registry, count: (channel: string, outcome: string) => outcomes.inc({ channel, outcome }) }
}
