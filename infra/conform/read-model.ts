import { rowsOf } from '../e2e/rows.ts'
import { limits } from './limits.ts'

/** What a consumer made of the log: what it answers, and the rows of its file. Names to values that are equal or not. */
export type ReadModel = ReadonlyMap<string, readonly string[]>

/** Answers to GET of each path. Throws at one that shows nothing: two refusals are the same and say nothing. */
export const readAnswers = async (
  url: string,
  { paths, headers }: { paths: readonly string[]; headers: Readonly<Record<string, string>> },
): Promise<ReadModel> => {
  const entries = paths.map(async (path): Promise<[string, string[]]> => {
    const answer = await fetch(`${url}${path}`, { headers })
    const text = await answer.text()
    if (!answer.ok)
      throw new Error(`GET ${path} is answered ${answer.status}: ${text.slice(0, limits.excerptCharsMax)}`)
    return [`GET ${path}`, [text]]
  })
  return new Map(await Promise.all(entries))
}

/** Every row of every table of an SQLite file that no process has open. */
export const readTables = (file: string): ReadModel =>
  new Map(Object.entries(rowsOf(file)).map(([table, rows]) => [`table ${table}`, rows]))

/** Where two texts part, with a little of what stands before. */
const excerpts = (one: string, other: string): { one: string; other: string } => {
  let at = 0
  while (at < one.length && one[at] === other[at]) at++
  const from = Math.max(0, at - 60)
  const cut = (text: string) => `${from > 0 ? '…' : ''}${text.slice(from, from + limits.excerptCharsMax)}`
  return { one: cut(one), other: cut(other) }
}

/** Each name under which two models differ, with the first difference. Empty where they are the same. */
export const differences = (
  { faulty, clean }: { faulty: ReadModel; clean: ReadModel },
  names = [...new Set([...faulty.keys(), ...clean.keys()])],
): string[] =>
  names.flatMap((name) => {
    const one = faulty.get(name) ?? []
    const other = clean.get(name) ?? []
    const length = Math.max(one.length, other.length)
    for (let index = 0; index < length; index++) {
      if (one[index] === other[index]) continue
      const { one: under, other: without } = excerpts(one[index] ?? '(nothing)', other[index] ?? '(nothing)')
      return [`${name}\n    with faults:    ${under}\n    without faults: ${without}`]
    }
    return []
  })
