import { styleText } from 'node:util'
import type { Diagnosis, Facts, Finding } from './facts.ts'

const signs = { ok: '✓', look: '!', broken: '✗' } as const
const colours = { ok: 'green', look: 'yellow', broken: 'red' } as const
const aboutChars = 12

const lineOf = (
  { about, level, says, advice }: Finding,
  colour: (text: string, level: Finding['level']) => string,
) => [
  `  ${colour(signs[level], level)} ${about.padEnd(aboutChars)}${says}`,
  ...(advice === undefined ? [] : [`    ${' '.repeat(aboutChars)}→ ${advice}`]),
]

/** The diagnosis for a person, a line or two for each finding. Colours where `isTerminal`. */
export const printDiagnosis = (
  { verdict, findings }: Diagnosis,
  { address, version, folder }: Pick<Facts, 'address' | 'version' | 'folder'>,
  { isTerminal }: { isTerminal: boolean },
): string => {
  const colour = (text: string, level: Finding['level']) =>
    isTerminal ? styleText(colours[level], text, { validateStream: false }) : text
  return [
    `Logbook ${version} at ${address}, data in ${folder.path}`,
    '',
    ...findings.flatMap((finding) => lineOf(finding, colour)),
    '',
    verdict,
    '',
  ].join('\n')
}
