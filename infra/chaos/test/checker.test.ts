import { describe, expect, it } from 'vitest'
import { faultsOf } from '../checker.ts'
import type { FaultKind } from '../faults.ts'
import type { Append, Delivery, History, Recorded } from '../history.ts'

const recorded = (position: number, more: Partial<Recorded> = {}): Recorded => ({
  position,
  id: `e${position}`,
  subject: 's',
  version: position,
  ...more,
})
const acknowledged = (...answer: Recorded[]): Append => {
  const [first] = answer
  const at = (first?.position ?? 0) * 10
  return { ids: answer.map(({ id }) => id), outcome: 'acknowledged', answer, startedAt: at, endedAt: at + 5 }
}
const delivery = (position: number, more: Partial<Delivery> = {}): Delivery => ({
  ...recorded(position),
  claimer: 'claimer-0',
  token: position,
  previous: position - 1,
  at: position * 100,
  until: position * 100 + 90,
  handedBackAt: position * 100 + 10,
  acknowledged: true,
  ...more,
})

const log = [recorded(1), recorded(2), recorded(3)] as const
const [one, two, three] = log

/** Three events, the last two appended together; one follower, one claimer; all as it should be. */
const sound: History = {
  log,
  appends: [acknowledged(one), acknowledged(two, three)],
  followers: [{ name: 'follower-0', saw: log }],
  deliveries: [delivery(1), delivery(2), delivery(3)],
}
const kindsIn = (history: Partial<History>): FaultKind[] => [
  ...new Set([...faultsOf({ ...sound, ...history })].map(({ kind }) => kind)),
]

describe('a history in which all guarantees held', () => {
  it('a history in which all guarantees held has no fault', () => {
    expect(kindsIn({})).toEqual([])
  })

  it('a history in which all guarantees held may hold an append without an answer, there or not, and redeliveries after a lease', () => {
    const appends = [
      acknowledged(one),
      { ...acknowledged(two, three), outcome: 'unknown' as const, answer: [] },
      { ...acknowledged(recorded(9)), outcome: 'unknown' as const, answer: [] },
    ]
    const deliveries = [
      delivery(1, { handedBackAt: null, acknowledged: false }),
      delivery(1, { token: 11, at: 191, until: 250, handedBackAt: 192 }),
      delivery(2, { token: 12, acknowledged: false }),
      delivery(2, { token: 13, at: 250, until: 299, handedBackAt: 251 }),
      delivery(3, { token: 14 }),
    ]
    expect(kindsIn({ appends, deliveries })).toEqual([])
  })
})

describe('the checker finds', () => {
  it.each<[string, FaultKind, Partial<History>]>([
    [
      'an acknowledged event that is not in the log',
      'lost',
      { appends: [...sound.appends, acknowledged(recorded(4))] },
    ],
    [
      'an acknowledged event that stands elsewhere',
      'lost',
      { appends: [acknowledged({ ...one, position: 2 }), acknowledged(two, three)] },
    ],
    ['a follower that stopped early', 'lost', { followers: [{ name: 'f', saw: [one, two] }] }],
    [
      'a follower that saw what the log has not',
      'lost',
      { followers: [{ name: 'f', saw: [one, { ...two, id: 'gone' }, three] }] },
    ],
    ['an event that no claimer got', 'lost', { deliveries: [delivery(1), delivery(2)] }],
    [
      'an id that is in the log twice',
      'doubled',
      { log: [...log, recorded(4, { id: 'e1' })], followers: [], deliveries: [] },
    ],
    [
      'a follower that saw an event twice',
      'doubled',
      { followers: [{ name: 'f', saw: [one, two, two, three] }] },
    ],
    [
      'an event acknowledged twice',
      'doubled',
      {
        deliveries: [delivery(1), delivery(1, { token: 1.5, at: 120, until: 130 }), delivery(2), delivery(3)],
      },
    ],
    ['a log in another order', 'outOfOrder', { log: [one, three, two] }],
    [
      'a stream in another order',
      'outOfOrder',
      { log: [{ ...one, version: 2 }, { ...two, version: 1 }, three] },
    ],
    [
      'a follower that saw another order',
      'outOfOrder',
      { followers: [{ name: 'f', saw: [one, three, two] }] },
    ],
    [
      'an append that stands before one acknowledged earlier',
      'outOfOrder',
      { appends: [{ ...acknowledged(one), startedAt: 90, endedAt: 99 }, acknowledged(two, three)] },
    ],
    [
      'a delivery after a later one of its subject',
      'outOfOrder',
      {
        deliveries: [
          delivery(2, { token: 1, at: 100, until: 190 }),
          delivery(1, { token: 2, at: 200 }),
          delivery(3),
        ],
      },
    ],
    [
      'half of an append that was given up',
      'torn',
      {
        appends: [
          acknowledged(one),
          { ...acknowledged(two, recorded(9)), outcome: 'unknown', answer: [] },
          acknowledged(three),
        ],
      },
    ],
    [
      'an append with another one in its middle',
      'torn',
      { appends: [acknowledged(one, three), acknowledged(two)] },
    ],
    ['a position left out of the log', 'gaps', { log: [one, three] }],
    ['a position that a follower passed over', 'gaps', { followers: [{ name: 'f', saw: [one, three] }] }],
    [
      'a delivery that passed one over',
      'gaps',
      { deliveries: [delivery(1), delivery(2, { previous: 0 }), delivery(3)] },
    ],
    [
      'an event delivered again while it is out',
      'leasedTwice',
      {
        deliveries: [
          delivery(1, { handedBackAt: null, acknowledged: false }),
          delivery(1, { token: 1.5, at: 189 }),
          delivery(2),
          delivery(3),
        ],
      },
    ],
    [
      'the next event of a subject delivered while one is out',
      'leasedTwice',
      { deliveries: [delivery(1, { until: 500, handedBackAt: 201 }), delivery(2), delivery(3)] },
    ],
    [
      'an append that was refused and is there',
      'invented',
      { appends: [...sound.appends, { ...acknowledged(one), outcome: 'refused', answer: [] }] },
    ],
    ['an event that was never sent', 'invented', { appends: [acknowledged(one)] }],
  ])('the checker finds %s', (_, kind, history) => {
    expect(kindsIn(history)).toContain(kind)
  })
})
