import type { FaultPlace } from '@logbook/contracts/events/media.ts'
import type { MediaState } from '@logbook/contracts/media-kinds.ts'
import type { Task } from '../domain/kinds.ts'

/** A row of `medium`. */
export interface MediumRow {
  id: string
  owner: string | null
  position: number
  status: 'waiting' | 'claimed' | 'finished' | 'parked' | 'cancelled'
  lease: number
  attempts: number
  worker: string | null
  retry_at: number
  reason: string | null
  fault: FaultPlace | null
  host: string | null
  name: string
  alt: string
  focus: string | null
  request: string
  progress: string | null
  made: string | null
  task: Task
  version: number
}

const states = {
  waiting: 'not started',
  claimed: 'in progress',
  finished: 'finished',
  parked: 'failed',
  cancelled: 'failed',
} as const satisfies Record<MediumRow['status'], MediaState>

/** The public state. A finished picture stays finished while its crops are made again. */
export const stateOf = ({ status, isMade }: { status: MediumRow['status']; isMade: boolean }): MediaState =>
  isMade ? 'finished' : states[status]

/** The internal statuses behind a public state. */
export const statesOf = (state: MediaState): MediumRow['status'][] =>
  (Object.keys(states) as MediumRow['status'][]).filter((status) => states[status] === state)
