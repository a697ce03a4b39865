import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { describe, expect, it } from 'vitest'
import { readDeliveries, readFollowed } from '../notes.ts'
import { type Kill, planKills } from '../plan.ts'
import { reportOf } from '../report.ts'

const cast = { seed: 7, followers: 2, claimers: 2 }
const firstKills = (seed: number): Kill[] => {
  const kills = planKills({ ...cast, seed })
  return Array.from({ length: 60 }, () => kills.next().value)
}

describe('the plan', () => {
  it('the plan of a chaos run is the same for the same seed, and another for another', () => {
    expect(firstKills(7)).toEqual(firstKills(7))
    expect(firstKills(8)).not.toEqual(firstKills(7))
  })

  it('the plan of a chaos run hits every process, with time between', () => {
    const kills = firstKills(7)
    expect(new Set(kills.map(({ victim }) => victim))).toEqual(
      new Set(['event-bus', 'follower-0', 'follower-1', 'claimer-0', 'claimer-1']),
    )
    expect(Math.min(...kills.map(({ calmMs }) => calmMs))).toBeGreaterThan(0)
  })
})

describe('notes cut by a kill', () => {
  const fileWith = (text: string): string => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'notes'), text)
    return join(folder, 'notes')
  }

  it('notes cut by a kill count up to the last whole line', () => {
    const file = fileWith('1 a\n2 b\n3')
    expect(readFollowed({ file, name: 'f' }).saw).toEqual([
      { position: 1, id: 'a' },
      { position: 2, id: 'b' },
    ])
  })

  it('notes cut by a kill tell of each token what became of it', () => {
    const claimed = { position: 1, id: 'a', subject: 's', version: 1, previous: 0, at: 10, until: 20 }
    const lines = [
      { kind: 'claimed', token: 1, ...claimed },
      { kind: 'extended', token: 1, until: 30 },
      { kind: 'handed-back', token: 1, at: 25 },
      { kind: 'acknowledged', token: 1 },
      { kind: 'claimed', token: 2, ...claimed },
    ].map((line) => JSON.stringify(line))
    const file = fileWith(`${lines.join('\n')}\n{"kind":"acknow`)
    expect(readDeliveries({ file, claimer: 'c' })).toEqual([
      { ...claimed, token: 1, claimer: 'c', until: 30, handedBackAt: 25, acknowledged: true },
      { ...claimed, token: 2, claimer: 'c', handedBackAt: null, acknowledged: false },
    ])
  })
})

describe('the report', () => {
  const history = { log: [], appends: [], followers: [], deliveries: [] }

  it('the report of a chaos run calls no run sound in which nothing was acknowledged', () => {
    expect(reportOf({ history, kills: {}, failures: [], folder: '' }).ok).toBe(false)
  })

  it('the report of a chaos run names the first counterexample', () => {
    const event = { position: 2, id: 'a', subject: 's', version: 1 }
    const { ok, text } = reportOf({
      history: { ...history, log: [event] },
      kills: {},
      failures: [],
      folder: '',
    })
    expect(ok).toBe(false)
    expect(text).toContain('First counterexample (positions or versions left out): a at 2 comes after 0.')
  })
})
