import { relative } from 'node:path'
import { styleText } from 'node:util'
import { openAddress, type Place, root } from './services.ts'

/** From the root of the repository for what is inside of it. */
const folderInWords = (folder: string): string => {
  const path = relative(root, folder) || '.'
  return path.startsWith('..') ? folder : path
}

/** What is said once everything runs. */
export const banner = ({
  place,
  colours,
  dev,
  isNew,
  setup,
}: {
  place: Place
  colours: boolean
  dev: boolean
  isNew: boolean
  /** The link that makes the owner, where there is none yet. */
  setup: string | undefined
}): string => {
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    colours ? styleText(format, text, { validateStream: false }) : text
  const row = (label: string, value: string) => `  ${style('dim', label.padEnd(8))}${value}`
  return [
    '',
    `  ${style('bold', 'Logbook')} is open at ${style(['bold', 'underline'], openAddress(place))}`,
    '',
    row('data', folderInWords(place.dataFolder)),
    ...(dev ? [row('dev', 'what you change restarts')] : []),
    ...(setup === undefined
      ? []
      : [row('owner', `${style('bold', setup)}`), row('', 'opens once, and makes you the owner')]),
    ...(isNew ? [row('new', 'a first post is there to greet you')] : []),
    row('stop', 'Ctrl-C'),
    '',
    '',
  ].join('\n')
}
