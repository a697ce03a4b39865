import type { ServiceReport } from '@logbook/contracts/http/service-report.ts'
import type { ServiceName } from '../run/services.ts'

/** What the event bus says at its own address. `stranger`: something else has the port, or a bus that does not know our token. */
export type BusFacts =
  | { kind: 'answers'; position: number; complaints: ServiceReport['complaints']; ms: number }
  | { kind: 'silent'; why: string }
  | { kind: 'stranger'; why: string }

/** What a service answered, over the bus or, where it is not asked there, at its own address. */
export type ServiceFacts = { name: ServiceName; url: string } & (
  | {
      kind: 'reported'
      report: ServiceReport
      ms: number
      /** How far its clock is ahead of this one, give or take half of `ms`. */
      clockAheadMs: number
    }
  | { kind: 'answers'; ms: number }
  /** It lives, and does not answer over the bus. */
  | { kind: 'mute'; why: string }
  | { kind: 'silent'; why: string }
)

export interface FolderFacts {
  path: string
  exists: boolean
  /** The process that runs a Logbook on it, in words. */
  runner: string | undefined
  files: number
  bytes: number
  freeBytes: number
  /** What is wrong with files, each in a sentence. */
  faults: string[]
}

export interface Facts {
  version: string
  address: string
  busUrl: string
  folder: FolderFacts
  /** Absent where there is no data folder to have a token from. */
  bus: BusFacts
  services: ServiceFacts[]
}

/** One thing that was looked at. `look`: it works, and somebody should look. `broken`: it does not work. */
export interface Finding {
  about: string
  level: 'ok' | 'look' | 'broken'
  says: string
  /** What to do about it. */
  advice?: string
}

export interface Diagnosis {
  verdict: string
  ok: boolean
  running: boolean
  findings: Finding[]
}
