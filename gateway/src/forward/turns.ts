import { Problem } from '@logbook/chassis/problem.ts'
import { limits } from '../limits.ts'

/** How many requests may be under way to one service, and how many may wait for that, altogether and of one network. */
export interface LaneBounds {
  underWayMax: number
  underWayPerNetworkMax: number
  waitingMax: number
  waitingPerNetworkMax: number
}

export interface TurnsOptions {
  /** By name: a service, or a part of what is asked of it. */
  lanes: ReadonlyMap<string, LaneBounds>
  /** Of one network, to all services together. */
  perNetworkMax: number
  /** How long a request waits before it is refused, in ms. */
  waitMsMax: number
}

interface Asking {
  lane: string
  network: string
  /** Called when it is the request's turn, at once where there is room. It is under way until `leave` is called. */
  begin: (leave: () => void) => void
  /** Called instead where there is no room for it in time: `too-many` for its own network's share, else `unavailable`. */
  refuse: (problem: Problem) => void
}

interface Waiting extends Asking {
  timer: ReturnType<typeof setTimeout>
}

export interface LaneState {
  underWay: number
  waiting: number
}

const add = (counts: Map<string, number>, key: string, change: number): void => {
  const count = (counts.get(key) ?? 0) + change
  if (count === 0) counts.delete(key)
  else counts.set(key, count)
}

const busy = (detail: string): Problem =>
  new Problem('unavailable', { detail, retryAfter: limits.retryAfterSeconds })

const tooManyOfNetwork = (): Problem =>
  new Problem('too-many', {
    detail: 'Too many requests of your network are waiting.',
    retryAfter: limits.retryAfterSeconds,
  })

/** What is under way and waits at one lane. */
class Lane {
  readonly bounds: LaneBounds
  readonly perNetwork = new Map<string, number>()
  /** By network, in the order of their turns. */
  readonly queues = new Map<string, Set<Waiting>>()
  underWay = 0
  waiting = 0

  constructor(bounds: LaneBounds) {
    this.bounds = bounds
  }

  hasRoom(network: string): boolean {
    const { underWayMax, underWayPerNetworkMax } = this.bounds
    return this.underWay < underWayMax && (this.perNetwork.get(network) ?? 0) < underWayPerNetworkMax
  }

  /** Refuses at once where too many wait, and after `msMax`. The function that it returns ends the wait. */
  wait(asking: Asking, msMax: number): () => void {
    const { network, refuse } = asking
    const queue = this.queues.get(network) ?? new Set()
    if (queue.size >= this.bounds.waitingPerNetworkMax) refuse(tooManyOfNetwork())
    else if (this.waiting >= this.bounds.waitingMax) refuse(busy('Too many requests are waiting.'))
    else {
      const timer = setTimeout(() => {
        if (this.remove(waiting)) refuse(busy('No connection was free in time.'))
      }, msMax)
      const waiting: Waiting = { ...asking, timer }
      this.queues.set(network, queue.add(waiting))
      this.waiting++
      return () => void this.remove(waiting)
    }
    return () => {}
  }

  remove(waiting: Waiting): boolean {
    const queue = this.queues.get(waiting.network)
    if (!queue?.delete(waiting)) return false
    if (queue.size === 0) this.queues.delete(waiting.network)
    this.waiting--
    clearTimeout(waiting.timer)
    return true
  }

  /** Takes what a network has waited for longest. The other networks are before it the next time. */
  takeOf(network: string): Asking | undefined {
    const queue = this.queues.get(network)
    const [first] = queue ?? []
    if (queue === undefined || first === undefined) return undefined
    this.remove(first)
    if (this.queues.delete(network)) this.queues.set(network, queue)
    return first
  }
}

/**
 * Gives requests their turns at the connections to the services. Each lane has its bound, each network a share of it, and networks
 * take turns, so that none waits for all that another one asks. A wait has an end.
 */
export const createTurns = ({ lanes: named, perNetworkMax, waitMsMax }: TurnsOptions) => {
  const lanes = new Map([...named].map(([name, bounds]) => [name, new Lane(bounds)]))
  const perNetwork = new Map<string, number>()

  const hasRoom = (lane: Lane, network: string): boolean =>
    lane.hasRoom(network) && (perNetwork.get(network) ?? 0) < perNetworkMax

  const count = (lane: Lane, network: string, change: 1 | -1): void => {
    lane.underWay += change
    add(lane.perNetwork, network, change)
    add(perNetwork, network, change)
  }

  const startNext = (lane: Lane, network: string): boolean => {
    if (!hasRoom(lane, network)) return false
    const asking = lane.takeOf(network)
    if (asking) start(lane, asking)
    return asking !== undefined
  }

  const start = (lane: Lane, { network, begin }: Asking): void => {
    count(lane, network, 1)
    let isUnderWay = true
    begin(() => {
      if (!isUnderWay) return
      isUnderWay = false
      count(lane, network, -1)
      for (const waiting of lane.queues.keys()) if (startNext(lane, waiting)) break
      // The network may have been kept waiting at other lanes by its share of everything.
      for (const other of lanes.values()) if (other !== lane) startNext(other, network)
    })
  }

  return {
    /** Asks for a turn. The function that it returns gives the place in the queue up. */
    enter(asking: Asking): () => void {
      const { network } = asking
      const lane = lanes.get(asking.lane)
      if (lane === undefined) throw new Error(`there is no lane ${asking.lane}`)
      // Those of the same network who wait already are before it.
      if (lane.queues.has(network) || !hasRoom(lane, network)) return lane.wait(asking, waitMsMax)
      start(lane, asking)
      return () => {}
    },
    state: (): Record<string, LaneState> =>
      Object.fromEntries([...lanes].map(([name, { underWay, waiting }]) => [name, { underWay, waiting }])),
  }
}
export type Turns = ReturnType<typeof createTurns>
