import { Gauge, type Registry } from 'prom-client'
import { type BodiesBounds, createBodies } from './forward/bodies.ts'
import { lanesOf } from './forward/lanes.ts'
import { createTurns, type LaneBounds, type LaneState } from './forward/turns.ts'
import { limits } from './limits.ts'
import type { LiveBounds } from './live/live.ts'
import type { Upstream } from './routes.ts'

/** How much the gateway takes on at a time; what is absent is as in `limits`. */
export interface LoadBounds {
  perService?: LaneBounds
  heldPerService?: LaneBounds
  /** Of one network, to all services together. */
  underWayPerNetworkMax?: number
  queueMsMax?: number
  /** How long a browser may take nothing of an answer. */
  answerStallMsMax?: number
  bodies?: BodiesBounds
  live?: LiveBounds
}

/** What the gateway has taken on at this moment. */
export interface LoadState {
  /** By service, and apart from it the reads that wait there for a position of the log. */
  requests: Record<string, LaneState>
  /** Bodies that are being sent, and the bytes of all that are kept. */
  bodies: { sending: number; bytes: number }
  /** Browsers that watch a post, and how far the log is told to them; null while query's stream is broken. */
  streams: { open: number; position: number | null }
}

const laneOfName = (name: string): { service: string; held: string } => {
  const [service = '', held] = name.split(' ')
  return { service, held: String(held !== undefined) }
}

const measure = (metrics: Registry, state: () => LoadState): void => {
  const gauge = (
    name: string,
    { help, countOf }: { help: string; countOf: (lane: LaneState) => number },
  ): void => {
    new Gauge({
      name,
      help,
      labelNames: ['service', 'held'],
      registers: [metrics],
      collect() {
        for (const [lane, counts] of Object.entries(state().requests))
          this.set(laneOfName(lane), countOf(counts))
      },
    })
  }
  gauge('gateway_requests_under_way', {
    help: 'Requests that hold a connection to a service.',
    countOf: ({ underWay }) => underWay,
  })
  gauge('gateway_requests_waiting', {
    help: 'Requests that wait for a connection to a service.',
    countOf: ({ waiting }) => waiting,
  })
  new Gauge({
    name: 'gateway_streams_open',
    help: 'Browsers that watch a post.',
    registers: [metrics],
    collect() {
      this.set(state().streams.open)
    },
  })
  new Gauge({
    name: 'gateway_changes_followed',
    help: '1 while the stream from query is open by which those who watch are told.',
    registers: [metrics],
    collect() {
      this.set(state().streams.position === null ? 0 : 1)
    },
  })
  new Gauge({
    name: 'gateway_bodies_sending',
    help: 'Requests whose bodies are not complete.',
    registers: [metrics],
    collect() {
      this.set(state().bodies.sending)
    },
  })
}

/** Bounds what is under way, by service and by network, and says how much it is. */
export const createLoad = ({
  services,
  streams,
  metrics,
  bounds = {},
}: {
  services: readonly Upstream[]
  streams: () => LoadState['streams']
  metrics: Registry
  bounds: LoadBounds | undefined
}) => {
  const { perService = limits.perService, heldPerService = limits.heldPerService } = bounds
  const lanes = lanesOf(services, { perService, heldPerService })
  const turns = createTurns({
    lanes,
    perNetworkMax: bounds.underWayPerNetworkMax ?? limits.underWayPerNetworkMax,
    waitMsMax: bounds.queueMsMax ?? limits.queueMsMax,
  })
  const bodies = createBodies(bounds.bodies ?? limits.bodies)
  const state = (): LoadState => ({ requests: turns.state(), bodies: bodies.state(), streams: streams() })
  measure(metrics, state)
  return { lanes, turns, bodies, state }
}
