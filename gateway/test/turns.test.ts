import { describe, expect, it, vi } from 'vitest'
import { createTurns } from '../src/forward/turns.ts'

const bounds = { underWayMax: 4, underWayPerNetworkMax: 2, waitingMax: 6, waitingPerNetworkMax: 4 }
const boot = ({ perNetworkMax = 100, waitMsMax = 60_000 } = {}) => {
  const turns = createTurns({
    lanes: new Map([
      ['query', bounds],
      ['posts', bounds],
    ]),
    perNetworkMax,
    waitMsMax,
  })
  const begun: string[] = []
  const refused: string[] = []
  const leaving = new Map<string, () => void>()
  const enter = (name: string, lane = 'query') =>
    turns.enter({
      lane,
      network: name.charAt(0),
      begin(leave) {
        begun.push(name)
        leaving.set(name, leave)
      },
      refuse: ({ code }) => void refused.push(`${name} ${code}`),
    })
  return { turns, enter, begun, refused, leave: (name: string) => leaving.get(name)?.() }
}

describe('requests to a service', () => {
  it('of one network have its share of the connections, and the others theirs at once', () => {
    const { turns, enter, begun } = boot()
    for (const name of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1']) enter(name)
    expect(begun).toEqual(['a1', 'a2', 'b1', 'b2'])
    expect(turns.state().query).toEqual({ underWay: 4, waiting: 2 })
  })

  it('have their turns network by network, however many one has waiting', () => {
    const { enter, begun, leave } = boot()
    for (const name of ['a1', 'a2', 'b1', 'b2', 'a3', 'a4', 'a5', 'c1']) enter(name)
    for (const name of ['a1', 'a2', 'b1']) leave(name)
    expect(begun.slice(4)).toEqual(['a3', 'c1', 'a4'])
  })

  it('leave once, however often they say so', () => {
    const { turns, enter, leave } = boot()
    enter('a1')
    leave('a1')
    leave('a1')
    expect(turns.state().query).toEqual({ underWay: 0, waiting: 0 })
  })

  it('of one network are bounded over all services, and go on when any of them ends', () => {
    const { enter, begun, leave } = boot({ perNetworkMax: 2 })
    enter('a1')
    enter('a2', 'posts')
    enter('a3', 'posts')
    expect(begun).toEqual(['a1', 'a2'])
    leave('a1')
    expect(begun).toEqual(['a1', 'a2', 'a3'])
  })

  it('are refused where too many of their network wait, or too many at all', () => {
    const { enter, refused } = boot()
    for (let n = 1; n <= 7; n++) enter(`a${n}`)
    expect(refused).toEqual(['a7 too-many'])
    for (const name of ['b1', 'b2', 'b3', 'b4', 'c1']) enter(name)
    expect(refused).toEqual(['a7 too-many', 'c1 unavailable'])
  })

  it('are refused when they have waited too long, and hold no place after that', async () => {
    const { turns, enter, refused, begun, leave } = boot({ waitMsMax: 1 })
    for (const name of ['a1', 'a2', 'a3']) enter(name)
    await vi.waitFor(() => expect(refused).toEqual(['a3 unavailable']))
    expect(turns.state().query).toEqual({ underWay: 2, waiting: 0 })
    leave('a1')
    expect(begun).toEqual(['a1', 'a2'])
  })

  it('whose caller has hung up give their place up', () => {
    const { turns, enter, begun, leave } = boot()
    for (const name of ['a1', 'a2']) enter(name)
    const giveUp = enter('a3')
    enter('a4')
    giveUp()
    expect(turns.state().query?.waiting).toBe(1)
    leave('a1')
    expect(begun).toEqual(['a1', 'a2', 'a4'])
  })
})
