import { faultsOf } from './checker.ts'
import { type Fault, type FaultKind, faultTitles } from './faults.ts'
import type { ChaosResult } from './run.ts'

export interface Report {
  ok: boolean
  /** The table and, where something is wrong, the first counterexample. */
  text: string
}

const kinds = Object.keys(faultTitles) as FaultKind[]

const row = (title: string, value: number | string): string =>
  `  ${title.padEnd(46)}${String(value).padStart(10)}`

const killsIn = (kills: Record<string, number>): string => {
  const sums = Map.groupBy(Object.entries(kills), ([name]) => name.replace(/-\d+$/, ''))
  return [...sums]
    .map(([name, each]) => `${name} ${each.reduce((sum, [, count]) => sum + count, 0)}`)
    .join(', ')
}

/** Judges a run. It is well only if nothing is wrong and something was really done and survived. */
export const reportOf = ({ history, kills, failures }: ChaosResult): Report => {
  const found: Fault[] = [...faultsOf(history)]
  const count = (outcome: string) => history.appends.filter((append) => append.outcome === outcome).length
  const lines = [
    row('killed (SIGKILL)', killsIn(kills)),
    row('appends acknowledged', count('acknowledged')),
    row('appends refused (version-conflict)', count('refused')),
    row('appends given up without an answer', count('unknown')),
    row('events in the log', history.log.length),
    row(
      'events seen by followers',
      history.followers.reduce((sum, { saw }) => sum + saw.length, 0),
    ),
    row('deliveries claimed', history.deliveries.length),
    '',
    ...kinds.map((kind) => row(faultTitles[kind], found.filter((fault) => fault.kind === kind).length)),
  ]
  const [first] = found
  if (first) lines.push('', `First counterexample (${faultTitles[first.kind]}): ${first.text}`)
  if (count('acknowledged') === 0) failures.push('Nothing was acknowledged, so nothing was shown.')
  for (const failure of failures) lines.push('', failure)
  return { ok: found.length === 0 && failures.length === 0, text: lines.join('\n') }
}
