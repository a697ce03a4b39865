import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { systemClock } from '@logbook/chassis/clock.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import {
  mailSubscriptionConfirmed,
  mailSubscriptionRequested,
  newsletterSent,
} from '@logbook/contracts/examples/notifications.ts'
import { expect, it, onTestFinished } from 'vitest'
import { bootNotifications, logbook, openOutbox, openView, populate, postId, startMailSink } from './boot.ts'

const receivers = 12
const idOf = (n: number) => `01920000-0000-7000-8000-0000000${String(n).padStart(5, '0')}`

/** Files with a newsletter to `receivers` addresses in the outbox, none of which has gone out. */
const filledOutbox = async (): Promise<string> => {
  const folder = temporaryFolder()
  const book = logbook(systemClock)
  await populate(book)
  for (let n = 1; n <= receivers; n++)
    await book.publish(
      mailSubscriptionRequested({ id: idOf(n), email: `reader-${n}@example.org` }),
      mailSubscriptionConfirmed({ id: idOf(n) }),
    )
  const service = bootNotifications({
    ...{ bus: book.bus, clock: systemClock, addressOf: async () => undefined },
    ...{ db: openView(`${folder}/view.sqlite`), outboxDb: openOutbox(`${folder}/outbox.sqlite`) },
    // A port where nothing answers: each is counted as an attempt, and left.
    config: { smtp: { host: '127.0.0.1', port: 1, secure: false, user: undefined, password: undefined } },
  })
  await service.read(book.store.head)
  await book.publish(newsletterSent({ postId }))
  await service.read(book.store.head)
  await service.close()
  const db = openOutbox(`${folder}/outbox.sqlite`)
  db.exec("UPDATE effect SET state = 'waiting', attempts = 0, due_ms = 0 WHERE state <> 'done'")
  db.close()
  return folder
}

const start = (folder: string, port: number): ChildProcess =>
  fork(join(import.meta.dirname, 'sending-child.ts'), [folder, String(port)], { stdio: 'ignore' })

it('a kill before sending repeats no message, and a kill after sending repeats one message at most', async () => {
  const folder = await filledOutbox()
  let child: ChildProcess | undefined
  let kill: 'recipient' | 'taken' | undefined
  const kills: string[] = []
  const killNow = (moment: 'recipient' | 'taken') => {
    if (kill !== moment || child === undefined) return
    kills.push(moment)
    kill = undefined
    child.kill('SIGKILL')
  }
  const counts = new Map<string, number>()
  const sink = await startMailSink({
    recipient: () => {
      killNow('recipient')
      return undefined
    },
    taking: ({ to }) => {
      counts.set(to, (counts.get(to) ?? 0) + 1)
      // Accepted messages count, though the sender never gets the answer.
      if (counts.get(to) === 1 && counts.size % 3 === 0) killNow('taken')
    },
  })
  onTestFinished(sink.close)
  for (const moment of ['recipient', 'taken', 'recipient', 'taken', undefined] as const) {
    kill = moment
    child = start(folder, sink.smtp.port)
    await once(child, 'exit')
  }
  expect(kills).toEqual(['recipient', 'taken', 'recipient', 'taken'])
  // No one was left out.
  expect(counts.size).toBe(receivers)
  const extra = [...counts.values()].reduce((all, count) => all + count - 1, 0)
  expect(extra).toBeLessThanOrEqual(kills.filter((moment) => moment === 'taken').length)
  expect([...counts.values()].every((count) => count <= 2)).toBe(true)
})
