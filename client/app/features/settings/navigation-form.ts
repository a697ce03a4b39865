import { bounds } from '@logbook/contracts/bounds.ts'
import type { NavigationEntry } from '@logbook/contracts/events/settings.ts'

/** A published page of the blog. */
export interface PageHere {
  title: string
  /** Such as `/posts/about`. */
  address: string
}

type Values = ReadonlyMap<string, string>

const pattern = /^navigation\.(\d{1,3})\.(label|address)$/
export const nameOf = (index: number, part: keyof NavigationEntry): string => `navigation.${index}.${part}`

/** The links of the header as a form has them, in their order. */
export const entriesIn = (values: Values): NavigationEntry[] => {
  const indexes = [...values.keys()].flatMap((name) => pattern.exec(name)?.[1] ?? [])
  return [...new Set(indexes.map(Number))]
    .sort((one, other) => one - other)
    .map((index) => ({
      label: (values.get(nameOf(index, 'label')) ?? '').trim(),
      address: (values.get(nameOf(index, 'address')) ?? '').trim(),
    }))
}

/** Without the rows in which nothing was typed. */
export const writtenIn = (values: Values): NavigationEntry[] =>
  entriesIn(values).filter(({ label, address }) => label !== '' || address !== '')

/** The values of a form with other links in it, numbered from 0. */
export const valuesWith = (
  values: Values,
  entries: readonly NavigationEntry[],
): Readonly<Record<string, string>> => {
  const others = [...values].filter(([name]) => !pattern.test(name))
  const own = entries.flatMap(({ label, address }, index) => [
    [nameOf(index, 'label'), label],
    [nameOf(index, 'address'), address],
  ])
  return Object.fromEntries([...others, ...own])
}

/** A title as the label of a link, cut between words where it is too long. */
const labelOf = (title: string): string => {
  const charsMax = bounds.navigationLabelCharsMax
  if (title.length <= charsMax) return title
  const cut = title.slice(0, charsMax).replace(/\s+\S*$/u, '')
  return cut.length < charsMax ? `${cut}…` : `${title.slice(0, charsMax - 1).toWellFormed()}…`
}

const entryOf = ({ title, address }: PageHere): NavigationEntry => ({ label: labelOf(title), address })

const plain = (address: string): string => new URL(address, 'http://blog.invalid').pathname

/** The pages of the blog that no header link leads to. */
export const unlinked = (pages: readonly PageHere[], entries: readonly NavigationEntry[]): PageHere[] => {
  const linked = new Set(
    entries.flatMap(({ address }) => (/^\/(?![/\\])/.test(address) ? plain(address) : [])),
  )
  return pages.filter(({ address }) => !linked.has(plain(address)))
}

/** What a button of the form does to the links: `add`, `add-page` (the one at `picked`), `add-pages` (all), `up:2`, `down:2`, `remove:2`. */
interface Edit {
  intent: string
  pages: readonly PageHere[]
  picked: string
}

/** The links after a button was pressed; undefined for a button that does something else. Never more than there may be. */
export const editEntries = <Entry extends NavigationEntry>(
  entries: readonly Entry[],
  { intent, pages, picked }: Edit,
): (Entry | NavigationEntry)[] | undefined => {
  const [, step, at] = /^(up|down|remove):(\d{1,3})$/.exec(intent) ?? []
  const added = (more: readonly NavigationEntry[]) =>
    [...entries, ...more].slice(0, Math.max(entries.length, bounds.navigationEntriesMax))
  if (intent === 'add') return added([{ label: '', address: '' }])
  if (intent === 'add-page') return added(pages.filter(({ address }) => address === picked).map(entryOf))
  if (intent === 'add-pages') return added(unlinked(pages, entries).map(entryOf))
  if (step === undefined) return undefined
  const from = Number(at)
  const moved = entries[from]
  if (moved === undefined) return [...entries]
  const others = entries.toSpliced(from, 1)
  return step === 'remove' ? others : others.toSpliced(Math.max(from + (step === 'up' ? -1 : 1), 0), 0, moved)
}
