import { createServer } from 'node:net'
import { openSmtp } from '@logbook/chassis/mail/smtp.ts'
import { Undelivered } from '@logbook/chassis/mail/undelivered.ts'
import { expect, it, onTestFinished } from 'vitest'
import { type Behaviour, type Stage, stages, startScriptedSmtp } from '../../src/testing/scripted-smtp.ts'

const mail = {
  id: '01920000-0000-7000-8000-000000000001',
  at: '2026-03-01T09:00:00.000Z',
  to: 'ada@x.example',
  subject: 'Hello',
  text: 'A heron.',
}

type Server = Awaited<ReturnType<typeof startScriptedSmtp>>

const sender = ({ smtp }: Pick<Server, 'smtp'>, isKept: boolean) => {
  const msMax = { connect: 5_000, greeting: 500, silence: 500 }
  const post = openSmtp({ smtp, from: 'blog@x.example', site: 'blog.example', msMax, isKept })
  onTestFinished(post.close)
  return () => post.deliver(mail, 'A blog').catch((error: unknown) => error)
}

const misbehaviours: Behaviour[] = ['hang', 'drip', 'lines', 'close']
const cases = stages.flatMap((stage) =>
  misbehaviours.flatMap((behaviour) => [true, false].map((isKept) => [behaviour, stage, isKept] as const)),
)

it.concurrent.each(cases)(
  'a mail server that does not answer ends the attempt, and the next one is a new connection: %s at %s, kept %s',
  async (behaviour: Behaviour, stage: Stage, isKept: boolean) => {
    const server = await startScriptedSmtp(stage, behaviour, 1)
    const deliver = sender(server, isKept)
    const failure = await deliver()
    expect(failure).toBeInstanceOf(Undelivered)
    expect(failure).toMatchObject({ forGood: false, about: 'server' })
    expect(await deliver()).toBeUndefined()
    expect([server.taken.length, server.connections()]).toEqual([1, 2])
  },
)

it('a mail server that accepts no connection ends the attempt', async () => {
  const closed = createServer()
  const port = await new Promise<number>((resolve) =>
    closed.listen(0, '127.0.0.1', () => {
      const address = closed.address()
      closed.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    }),
  )
  const smtp = { host: '127.0.0.1', port, secure: false, user: undefined, password: undefined }
  expect(await sender({ smtp }, true)()).toMatchObject({ forGood: false, about: 'server' })
})

const server = { about: 'server', forGood: false }
const later = { about: 'message', forGood: false }
const refused = { about: 'message', forGood: true }
const address = { about: 'address', forGood: true }

it.concurrent.each([
  ['greeting', '421 too many connections', server],
  ['greeting', '554 no service', server],
  ['EHLO', '421 4.7.0 later', server],
  ['MAIL', '451 4.3.0 later', server],
  ['MAIL', '550 5.7.1 sender refused', server],
  ['MAIL', '552 5.3.4 message too large', refused],
  ['RCPT', '421 4.7.0 slow down', server],
  ['RCPT', '450 greylisted', later],
  ['RCPT', '452 4.2.2 mailbox full', later],
  ['RCPT', '550 no such user', address],
  ['RCPT', '550 5.1.1 no such user', address],
  ['RCPT', '553 5.1.3 bad syntax', address],
  ['RCPT', '550 5.2.1 mailbox disabled', address],
  ['RCPT', '530 5.7.0 sign in first', later],
  ['RCPT', '550 5.7.1 relaying denied', later],
  ['RCPT', '554 5.7.1 your network is listed', later],
  ['RCPT', '552 5.2.2 mailbox full', later],
  ['DATA', '451 later', later],
  ['DATA', '554 no', refused],
  ['dot', '452 4.3.1 no room', later],
  ['dot', '554 5.7.1 looks like spam', refused],
  ['dot', '421 closing', server],
] as const)('what a mail server says means what it is about: at %s, %s', async (stage, says, meaning) => {
  const failure = await sender(await startScriptedSmtp(stage, { says }), false)()
  expect(failure).toBeInstanceOf(Undelivered)
  expect(failure).toMatchObject(meaning)
})
