import type { CommentFlags } from '@logbook/contracts/events/comment-flags.ts'
import type { VerdictStatus } from '@logbook/contracts/events/comments.ts'
import type { JudgedEntry, QueueEntry, StandingVerdict } from '@logbook/contracts/http/moderation.ts'

/** A comment in the queue, with its current verdict; `by`, `time` and the flags are absent for waiting ones. */
export type Row = Omit<QueueEntry, 'content'> & { html: string } & Partial<
    Pick<JudgedEntry, 'by' | 'time' | keyof CommentFlags>
  >

/** A verdict, and what undo restores. `version` is the verdict's own. */
export interface Decided {
  row: Row
  status: VerdictStatus
  version: number
  before: { status: VerdictStatus; reason: string }
}

/** Why a verdict was not saved. With `verdict`, another moderator judged before; with `isFinal`, there is nothing left to judge. */
export interface Refusal {
  problem: string
  verdict?: StandingVerdict | undefined
  isFinal?: boolean
}

/** The outcome of a row; without a mark it waits for a verdict. */
export type Mark =
  | { kind: 'sending' }
  | { kind: 'judged'; decided: Decided }
  | ({ kind: 'refused' } & Refusal)
  | { kind: 'gone' }

export interface Rows {
  rows: readonly Row[]
  /** By `keyOf`. A mark outlives its row: what was loaded earlier does not bring a judged comment back. */
  marks: Readonly<Record<string, Mark>>
  /** Key of the row that keys act on. */
  focused: string | undefined
}

/** The key of a text to judge: an edited comment has another key. */
export const keyOf = ({ id, revision }: Pick<Row, 'id' | 'revision'>): string => `${id}:${revision}`

/** True where a verdict may be sent. After a refusal with a verdict it may not, until the moderator has asked to decide again. */
export const isOpen = (mark: Mark | undefined): boolean =>
  mark === undefined || (mark.kind === 'refused' && mark.verdict === undefined && !mark.isFinal)

export const openRows = ({ rows, marks }: Rows): readonly Row[] =>
  rows.filter((row) => isOpen(marks[keyOf(row)]))

const without = (marks: Rows['marks'], key: string): Rows['marks'] => {
  const { [key]: _, ...others } = marks
  return others
}

const isKnown = (mark: Mark | undefined, row: Row): boolean =>
  mark?.kind === 'judged' && mark.decided.version >= row.version

/** What was loaded later: new rows come to the end, and rows that are no longer there keep their place. `isAll`: nothing was cut off. */
export const arrived = (
  before: Rows,
  { loaded, isAll }: { loaded: readonly Row[]; isAll: boolean },
): Rows => {
  const fresh = new Map(loaded.map((row) => [keyOf(row), row]))
  const here = new Set(before.rows.map(keyOf))
  const marks = { ...before.marks }
  for (const row of openRows(before))
    if (isAll && !fresh.has(keyOf(row))) marks[keyOf(row)] = { kind: 'gone' }
  const rows = before.rows.map((row) => (isOpen(marks[keyOf(row)]) ? (fresh.get(keyOf(row)) ?? row) : row))
  const added = loaded.filter((row) => !here.has(keyOf(row)) && !isKnown(marks[keyOf(row)], row))
  for (const row of added) delete marks[keyOf(row)]
  return { ...before, rows: [...rows, ...added], marks }
}

export const marked = (before: Rows, row: Row, mark: Mark): Rows => ({
  ...before,
  focused: keyOf(row),
  marks: { ...before.marks, [keyOf(row)]: mark },
})

/** A row as it stands now, open again: in its place, or at the end if it was cleared away. */
export const reopened = (before: Rows, row: Row): Rows => {
  const key = keyOf(row)
  const isHere = before.rows.some((each) => keyOf(each) === key)
  return {
    rows: isHere ? before.rows.map((each) => (keyOf(each) === key ? row : each)) : [...before.rows, row],
    marks: without(before.marks, key),
    focused: key,
  }
}

/** Removes finished rows. Call it only when no click can hit another row by it. */
export const cleared = (before: Rows): Rows => {
  const isDone = (row: Row) => ['judged', 'gone'].includes(before.marks[keyOf(row)]?.kind ?? '')
  return before.rows.some(isDone) ? { ...before, rows: before.rows.filter((row) => !isDone(row)) } : before
}

/** The focus on the next or the previous row that is open. */
export const moved = (before: Rows, by: 1 | -1): Rows => {
  const at = before.rows.findIndex((row) => keyOf(row) === focusOf(before))
  const ahead = by === 1 ? before.rows.slice(at + 1) : before.rows.slice(0, at).toReversed()
  const next = ahead.find((row) => isOpen(before.marks[keyOf(row)]))
  return next === undefined ? before : { ...before, focused: keyOf(next) }
}

/** Key of the row in focus: the first open one, unless one was chosen that is still there. */
export const focusOf = (state: Rows): string | undefined => {
  const chosen = state.rows.find((row) => keyOf(row) === state.focused) ?? openRows(state)[0]
  return chosen && keyOf(chosen)
}
