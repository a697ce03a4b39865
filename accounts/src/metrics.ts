import { Counter, Gauge, Registry } from 'prom-client'
import type { MailOutcome } from './mail/attempt.ts'
import type { MailStatus } from './mail/mailer.ts'

export interface AccountsMetrics {
  registry: Registry
  ofMail(outcome: MailOutcome): void
}

/** Metrics of accounts beyond those of every service: its mails. */
export const createAccountsMetrics = (mails: () => MailStatus): AccountsMetrics => {
  const registry = new Registry()
  const registers = [registry]
  const outcomes = new Counter({
    name: 'accounts_mails_total',
    help: 'Mails by outcome; each failed attempt is counted.',
    labelNames: ['outcome'],
    registers,
  })
  new Gauge({
    name: 'accounts_mails_kept',
    help: 'Mails that are not sent: waiting for an attempt, or parked until the next start.',
    labelNames: ['state'],
    registers,
    collect() {
      const { waiting, parked } = mails()
      this.set({ state: 'waiting' }, waiting)
      this.set({ state: 'parked' }, parked)
    },
  })
  return { registry, ofMail: (outcome) => outcomes.inc({ outcome }) }
}
