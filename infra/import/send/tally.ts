import type { Blog, Kind } from '@logbook/importer/entry.ts'
import { cleanText } from '@logbook/importer/fields.ts'
import { limits } from '../limits.ts'
import type { SettingsOutcome } from './settings.ts'

export type Outcome = 'imported' | 'unchanged' | 'skipped' | 'refused'

/** A reason with how often it was given, and the first few places. */
interface Reason {
  reason: string
  count: number
  places: string[]
}

/** What a person calls each kind of input. */
const names: Readonly<Record<Blog['format'], string>> = {
  wordpress: 'WordPress export',
  jekyll: 'Jekyll folder',
  logbook: 'Export of Logbook',
  disqus: 'Export of Disqus',
  ghost: 'Export of Ghost',
  hugo: 'Hugo folder',
}

export interface Summary {
  format: Blog['format']
  identity: string
  /** Nothing was sent: "imported" is what would have been. */
  dryRun: boolean
  counts: Record<Kind, Record<Outcome, number>>
  /** What became of the settings; null where the source says nothing of them. */
  settings: SettingsOutcome | null
  skipped: Reason[]
  refused: Reason[]
  notes: Reason[]
  /** Why it ended early; null when everything was read and sent. */
  stopped: string | null
}

const noOutcomes = (): Record<Outcome, number> => ({ imported: 0, unchanged: 0, skipped: 0, refused: 0 })
const otherReasons = 'other reasons'

/** Reasons as they are met, in memory that does not grow with the blog. */
class Reasons {
  readonly #byReason = new Map<string, Reason & { last: string }>()

  add({ reason, where }: { reason: string; where: string }): void {
    const full = this.#byReason.size >= limits.reasonsMax && !this.#byReason.has(reason)
    const key = full ? otherReasons : reason
    const known = this.#byReason.get(key)
    if (known === undefined) this.#byReason.set(key, { reason: key, count: 1, places: [where], last: where })
    else if (known.last !== where) {
      known.count += 1
      known.last = where
      if (known.places.length < limits.placesShownMax) known.places.push(where)
    }
  }

  list(): Reason[] {
    return [...this.#byReason.values()]
      .map(({ reason, count, places }) => ({ reason, count, places }))
      .sort((one, other) => other.count - one.count)
  }
}

/** One thing that did not come, or not quite as it was. */
export interface ReportLine {
  outcome: 'skipped' | 'refused' | 'note' | 'set' | 'kept'
  where: string
  reason: string
}

/** Counts what became of everything, and tells `report` of each thing that is worth saying. */
export class Tally {
  readonly #report: (line: ReportLine) => void
  readonly #counts: Summary['counts'] = {
    post: noOutcomes(),
    page: noOutcomes(),
    comment: noOutcomes(),
    picture: noOutcomes(),
    other: noOutcomes(),
  }
  readonly #skipped = new Reasons()
  readonly #refused = new Reasons()
  readonly #notes = new Reasons()
  #settings: SettingsOutcome | null = null

  constructor(report: (line: ReportLine) => void = () => {}) {
    this.#report = report
  }

  came(kind: Kind, outcome: 'imported' | 'unchanged' | 'updated', where = ''): void {
    this.#counts[kind][outcome === 'imported' ? outcome : 'unchanged'] += 1
    if (outcome === 'updated') this.note({ where, reason: 'was here, and got pictures that it lacked' })
  }

  left(
    outcome: 'skipped' | 'refused',
    { kind, ...said }: { kind: Kind; where: string; reason: string },
  ): void {
    this.#counts[kind][outcome] += 1
    const reasons = outcome === 'skipped' ? this.#skipped : this.#refused
    reasons.add(said)
    this.#report({ outcome, where: said.where, reason: said.reason })
  }

  note(said: { where: string; reason: string }): void {
    this.#notes.add(said)
    this.#report({ outcome: 'note', where: said.where, reason: said.reason })
  }

  settings(outcome: SettingsOutcome): void {
    const { where, set, kept } = this.#settings ?? { where: outcome.where, set: [], kept: [] }
    this.#settings = { where, set: [...set, ...outcome.set], kept: [...kept, ...outcome.kept] }
    for (const reason of outcome.set) this.#report({ outcome: 'set', where: outcome.where, reason })
    for (const reason of outcome.kept) this.#report({ outcome: 'kept', where: outcome.where, reason })
  }

  summary(of: Pick<Summary, 'format' | 'identity' | 'dryRun' | 'stopped'>): Summary {
    return {
      ...of,
      counts: this.#counts,
      settings: this.#settings,
      skipped: this.#skipped.list(),
      refused: this.#refused.list(),
      notes: this.#notes.list(),
    }
  }
}

const rows: readonly [Kind, string][] = [
  ['post', 'posts'],
  ['page', 'pages'],
  ['comment', 'comments'],
  ['picture', 'pictures'],
  ['other', 'other items'],
]

const reasonLines = (title: string, reasons: readonly Reason[]): string[] => {
  if (reasons.length === 0) return []
  const lines = reasons.flatMap(({ reason, count, places }) => [
    `  ${String(count).padStart(6)} × ${reason}`,
    `           ${places.join(', ')}${count > places.length ? ', …' : ''}`,
  ])
  return ['', title, ...lines]
}

const settingsLines = (settings: SettingsOutcome | null, dryRun: boolean): string[] => {
  if (settings === null || settings.set.length + settings.kept.length === 0) return []
  const { where, set, kept } = settings
  return [
    '',
    `Settings of the blog (${where})`,
    ...set.map((each) => `  ${(dryRun ? 'to set' : 'set').padEnd(8)}${each}`),
    ...kept.map((each) => `  ${'not set'.padEnd(8)}${each} (it was set here before)`),
  ]
}

const hidesPlaces = ({ skipped, refused, notes }: Pick<Summary, 'skipped' | 'refused' | 'notes'>): boolean =>
  [...skipped, ...refused, ...notes].some(({ count, places }) => count > places.length)

/** The summary for a person to read. File names and reasons come from the blog, so control characters are taken out. */
export const printSummary = ({
  format,
  identity,
  dryRun,
  counts,
  settings,
  stopped,
  ...reasons
}: Summary): string => {
  const titles = [dryRun ? 'to import' : 'imported', 'unchanged', 'skipped', 'refused']
  const shown = rows.filter(
    ([kind]) =>
      (kind !== 'other' && kind !== 'picture') || Object.values(counts[kind]).some((count) => count > 0),
  )
  const table = shown.map(([kind, name]) => {
    const { imported, unchanged, skipped, refused } = counts[kind]
    const cells = [imported, unchanged, skipped, refused].map((count) => String(count).padStart(11))
    return name.padEnd(12) + cells.join('')
  })
  const lines = [
    `${names[format]} (${identity})`,
    '',
    ' '.repeat(12) + titles.map((title) => title.padStart(11)).join(''),
    ...table,
    ...settingsLines(settings, dryRun),
    ...reasonLines('Skipped', reasons.skipped),
    ...reasonLines('Refused', reasons.refused),
    ...reasonLines('Notes', reasons.notes),
    ...(hidesPlaces(reasons) ? ['', 'Every place is named in the file of --report.'] : []),
    ...(dryRun ? ['', 'Nothing was sent: this was a dry run.'] : []),
    ...(stopped === null
      ? []
      : ['', `Stopped: ${stopped}`, 'Run it again to go on: what came already stays unchanged.']),
  ]
  return `${lines.map((line) => cleanText(line).replaceAll('\n', ' ').trimEnd()).join('\n')}\n`
}
