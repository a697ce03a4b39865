import { type Endpoints, type Grant, json } from '../http/endpoint.ts'
import {
  claimWork,
  failWork,
  finishWork,
  heartbeat,
  leaseAnswer,
  reportProgress,
  workAnswer,
} from '../http/media.ts'
import { mediaWorker, operator } from '../identity.ts'

const limits = {
  /** Room for the facts of every variant that a worker made. */
  workBytesMax: 256 * 1024,
} as const

const workers: readonly Grant[] = [`service:${mediaWorker}`, operator]
const lease = { '200': json(leaseAnswer, 'The lease lasts so long from now on.') }
const ofState = ['conflict', 'gone', 'version-conflict', 'unavailable'] as const
const exampleKey = 'c1/0197a1b2-0000-7000-8000-0000000000c1/1-original'

/** The endpoints of the workers of media. They are not public. */
export const workRows = {
  'POST /work/claim': {
    id: 'claimWork',
    access: workers,
    summary: 'Take the next job under a lease',
    details:
      'The next job of the person who was served longest ago, of those that need only what is in `kinds`. `Prefer: wait=20` waits for one. `lease` is the fencing token: whatever comes under an older one is refused with 409.',
    headers: ['Prefer'],
    body: claimWork,
    example: { worker: 'worker-1', version: '1.0.0', kinds: ['link', 'upload', 'filter:sepia'] },
    answers: { '200': json(workAnswer, 'The job.'), '204': { description: 'There is none.' } },
    refusals: ['unavailable'],
  },
  'POST /work/:id/heartbeat': {
    id: 'keepWork',
    access: workers,
    summary: 'Say that the worker lives',
    body: heartbeat,
    bodyBytesMax: limits.workBytesMax,
    example: { lease: 1 },
    answers: lease,
    refusals: ['conflict', 'gone', 'unavailable'],
  },
  'POST /work/:id/progress': {
    id: 'reportWork',
    access: workers,
    summary: 'Say how far the job is',
    body: reportProgress,
    bodyBytesMax: limits.workBytesMax,
    example: { lease: 1, step: 'fetching', bytes: 1_024, total: 4_096 },
    answers: lease,
    refusals: ofState,
  },
  'POST /work/:id/finish': {
    id: 'finishWork',
    access: workers,
    summary: 'Name what was made and stored',
    body: finishWork,
    bodyBytesMax: limits.workBytesMax,
    example: {
      ...{ lease: 1, type: 'application/pdf', picture: null, notes: [] },
      variants: [
        {
          ...{ name: 'original', type: 'application/pdf', width: null, height: null },
          ...{ key: exampleKey, sha256: 'a'.repeat(64), bytes: 4_096 },
        },
      ],
    },
    answers: lease,
    refusals: ofState,
  },
  'POST /work/:id/fail': {
    id: 'failWork',
    access: workers,
    summary: 'Give the job back',
    details:
      '`again`: another attempt follows, later each time. `refused`: none would help. `later`: no attempt is counted.',
    body: failWork,
    bodyBytesMax: limits.workBytesMax,
    example: { lease: 1, kind: 'again', reason: 'The other host answered 503.' },
    answers: lease,
    refusals: ofState,
  },
} as const satisfies Endpoints
