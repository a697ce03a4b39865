import { Counter, Registry } from 'prom-client'

/** Metrics of messages by channel and outcome. */
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
