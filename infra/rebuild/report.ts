import type { RowDifference, TableDifference, ViewDifference } from '@logbook/contracts/http/rebuild.ts'

const signs = { added: '+', removed: '-', changed: '~' } as const

const printSample = ({ kind, key, live, next }: RowDifference): string[] => {
  const lines = [`    ${signs[kind]} ${key.join(' ')}`]
  if (kind !== 'changed') return lines
  for (const column of Object.keys(next ?? {})) {
    lines.push(`        ${column}: ${JSON.stringify(live?.[column])}`)
    lines.push(`        ${' '.repeat(column.length)}→ ${JSON.stringify(next?.[column])}`)
  }
  return lines
}

const printTable = (
  [name, { same, added, removed, changed, samples }]: [string, TableDifference],
  width: number,
): string[] => [
  `  ${name.padEnd(width)} ${same} the same, ${added} added, ${removed} removed, ${changed} changed`,
  ...samples.flatMap(printSample),
]

/** What a rebuild found, for a person: counts by table, and samples with what was and what is. */
export const printDifference = ({ position, tables }: ViewDifference): string => {
  const width = Math.max(...Object.keys(tables).map((name) => name.length))
  const lines = Object.entries(tables).flatMap((table) => printTable(table, width))
  return `Beside the view that answers, as of position ${position}, every state of a row counted:\n${lines.join('\n')}\n`
}
