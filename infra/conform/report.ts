import { faultNames } from './faults.ts'
import type { ConformResult } from './run.ts'

/** The table of one run and, where the consumer does not conform, every finding. */
export const reportOf = (result: ConformResult): { ok: boolean; text: string } => {
  const { faults, kills, delivered, writes, compared, findings } = result
  const row = (title: string, value: number): string => `  ${title.padEnd(24)}${String(value).padStart(8)}`
  const lines = [
    row('deliveries', delivered),
    ...faultNames.map((name) => row(`  ${name}`, faults[name])),
    row('killed (SIGKILL)', kills),
    row('events it appended', writes),
    row('compared', compared.length),
    row('findings', findings.length),
    ...findings.flatMap((finding) => ['', `  ${finding}`]),
  ]
  const ok = findings.length === 0 && compared.length > 0
  return { ok, text: lines.join('\n') }
}
