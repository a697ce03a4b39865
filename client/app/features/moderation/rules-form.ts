import { bounds } from '@logbook/contracts/bounds.ts'
import type { Rule } from '@logbook/contracts/events/moderation.ts'

type Values = ReadonlyMap<string, string>

export const partOf = (index: number, part: string): string => `rules.${index}.${part}`

const pattern = /^rules\.(\d{1,3})\.kind$/

const linesOf = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean)

const freeName = (wanted: string, taken: ReadonlySet<string>): string => {
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted}-${n}`
    if (!taken.has(name)) return name
  }
}

/** What a form says of its rules, as the service reads it: what is wrong in it is named there. */
type TypedRule = { kind: string; name: string; action: string; enabled: boolean } & (
  | { words: string[] }
  | { linksMax: number }
)

/** A rule as it was typed; undefined where nothing was. */
const typedRule = (values: Values, index: number, name: string): TypedRule | undefined => {
  const value = (part: string): string => values.get(partOf(index, part)) ?? ''
  const kind = value('kind')
  const head = { kind, name, action: value('action'), enabled: values.has(partOf(index, 'enabled')) }
  if (kind !== 'links') {
    const words = linesOf(value('words'))
    return words.length > 0 ? { ...head, words } : undefined
  }
  const linksMax = value('linksMax').trim()
  return linksMax === '' ? undefined : { ...head, linksMax: Number(linksMax) }
}

const numbersIn = (values: Values): number[] =>
  [...values.keys()]
    .flatMap((name) => pattern.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((one, other) => one - other)

/** A rule as a form shows it; the name of one that is not in force yet is empty. */
export interface ShownRule {
  index: number
  kind: Rule['kind']
  name: string
  rule: Rule | undefined
}

/** What a form that was sent had: others may have put other rules in force meanwhile. */
export const sentRules = (values: Values): ShownRule[] =>
  numbersIn(values).map((index) => ({
    index,
    kind: values.get(partOf(index, 'kind')) === 'links' ? 'links' : 'words',
    name: values.get(partOf(index, 'name')) ?? '',
    rule: undefined,
  }))

/** The rules in force, and one more of each kind if there is room. */
export const rulesToShow = (rules: readonly Rule[]): ShownRule[] => {
  const inForce = rules.map((rule, index) => ({ index, kind: rule.kind, name: rule.name, rule }))
  const kinds = rules.length + 2 <= bounds.rulesMax ? (['words', 'links'] as const) : []
  const fresh = kinds.map((kind, n) => ({ index: rules.length + n, kind, name: '', rule: undefined }))
  return [...inForce, ...fresh]
}

/** The rules of a form in their order, and which number each has in it. One whose field is empty is left out, which removes it. */
export const rulesIn = (values: Values): { rules: TypedRule[]; numbers: number[] } => {
  const numbers = numbersIn(values)
  const taken = new Set(numbers.flatMap((n) => values.get(partOf(n, 'name')) || []))
  const found = numbers.flatMap((n) => {
    const given = values.get(partOf(n, 'name'))
    const name =
      given || freeName(`${values.get(partOf(n, 'action'))}-${values.get(partOf(n, 'kind'))}`, taken)
    const rule = typedRule(values, n, name)
    if (rule) taken.add(name)
    return rule ? [{ rule, n }] : []
  })
  return { rules: found.map(({ rule }) => rule), numbers: found.map(({ n }) => n) }
}

/** Errors of a request by the fields of the form: the service counts the rules that were sent, and a field has all words of one. */
export const errorsByField = (
  errors: readonly { path: string; message: string }[],
  numbers: readonly number[],
): Record<string, string> =>
  Object.fromEntries(
    errors.map(({ path, message }) => {
      const [, index = '', part = ''] = /^rules\.(\d+)\.(\w+)/.exec(path) ?? []
      const number = numbers[Number(index)]
      return [number === undefined || part === '' ? path : partOf(number, part), message]
    }),
  )
