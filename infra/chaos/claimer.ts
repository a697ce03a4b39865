import { appendFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { ClaimedDelivery } from '@logbook/contracts/http/subscriptions.ts'
import { z } from 'zod'
import { limits } from './limits.ts'
import type { Note } from './notes.ts'
import { seeded } from './random.ts'

/** A consumer of the durable subscription that acknowledges, refuses, holds on, and forgets what it holds. */

const task = z
  .object({ url: z.string(), file: z.string(), name: z.string(), seed: z.number() })
  .parse(JSON.parse(process.argv[2] ?? ''))
// A life that repeated the last one's chances would do the same things at the same places again.
const random = seeded({ seed: task.seed, name: `${task.name} ${process.pid}` })
let careful = false

const note = (...notes: readonly Note[]): void =>
  appendFileSync(task.file, notes.map((each) => `${JSON.stringify(each)}\n`).join(''))

/** The answer's JSON, null for an empty one; undefined for a refusal, or none that came through. */
const post = async (verb: string, body: object): Promise<unknown> => {
  try {
    const answer = await fetch(`${task.url}/${verb}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${process.env.SERVICE_TOKEN}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(limits.appendMsMax),
    })
    const text = await answer.text()
    if (!answer.ok) return undefined
    return text === '' ? null : JSON.parse(text)
  } catch {
    return undefined
  }
}

const claim = async (): Promise<ClaimedDelivery[] | undefined> => {
  const wanted = { max: limits.claimEventsMax, waitMs: limits.claimWaitMs, consumer: task.name }
  const claimed = (await post('claim', wanted)) as ClaimedDelivery[] | undefined
  const at = Date.now()
  const notes = (claimed ?? []).map(({ event, token, previous, leaseUntil }): Note => {
    const { position, id, subject, version } = event
    const until = Date.parse(leaseUntil)
    return { kind: 'claimed', token, position, id, subject, version, previous, at, until }
  })
  if (notes.length > 0) note(...notes)
  return claimed
}

const acknowledge = async (tokens: readonly number[]): Promise<void> => {
  if (tokens.length === 0) return
  const at = Date.now()
  note(...tokens.map((token): Note => ({ kind: 'handed-back', token, at })))
  const answer = (await post('ack', { tokens })) as { acknowledged: number } | undefined
  if (answer?.acknowledged === tokens.length)
    note(...tokens.map((token): Note => ({ kind: 'acknowledged', token })))
}

const refuse = async (token: number): Promise<void> => {
  note({ kind: 'handed-back', token, at: Date.now() })
  await post('nack', { token, reason: 'by chance' })
}

const extend = async (token: number): Promise<void> => {
  const answer = (await post('extend', { token })) as { leaseUntil: string } | undefined
  if (answer) note({ kind: 'extended', token, until: Date.parse(answer.leaseUntil) })
}

const work = async (claimed: readonly ClaimedDelivery[]): Promise<void> => {
  const good: number[] = []
  for (const { token } of claimed) {
    const chance = careful ? 1 : random.next()
    if (chance < 0.02) await refuse(token)
    // Forgotten: its lease has to run out.
    else if (chance < 0.03) continue
    else if (chance < 0.05) await extend(token).then(() => good.push(token))
    else good.push(token)
  }
  if (!careful && random.chance(0.03)) await wait(random.below(limits.leaseMs * 1.5))
  await acknowledge(good)
}

process.on('message', () => {
  careful = true
})
process.once('disconnect', () => process.exit(0))
process.send?.({ kind: 'started' })
for (;;) {
  const claimed = await claim()
  if (claimed === undefined) await wait(limits.retryPauseMs)
  else await work(claimed)
}
