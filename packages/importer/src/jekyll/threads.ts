import { plainAddress } from '../addresses.ts'
import { toSlug } from '../fields.ts'
import { readComments } from './comment-files.ts'
import { yamlText } from './yaml.ts'

/** A text by all that a theme may name its comments by. */
interface NamedText {
  path: string
  role: 'post' | 'draft' | 'page'
  names: readonly string[]
  title: string
  oldPaths: readonly string[]
}

/** Letters and digits alone, without accents: what no theme's way of making an address takes away. */
const bare = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')

/** Of an old path, what a theme may make of it: its last part, its parts joined, with and without what stands before. */
const partsOf = (path: string): string[] => {
  const parts = path
    .replace(/(?:\/index)?\.html?$/, '')
    .split('/')
    .filter((part) => part !== '')
  return parts.map((_part, index) => parts.slice(index).join('-')).reverse()
}

interface Level {
  /** Forms of a text's names. */
  of(text: NamedText): (string | undefined)[]
  /** The same form of a thread's name. */
  form(thread: string): string | undefined
  /** Whether a form that two texts share is taken for none of them. */
  exact: boolean
}

/** From what is most surely meant to what is likely meant. */
const levels: readonly Level[] = [
  { of: ({ names }) => [...names], form: (thread) => thread, exact: false },
  { of: ({ names }) => names.map(toSlug), form: toSlug, exact: false },
  { of: ({ title }) => [toSlug(title)], form: toSlug, exact: true },
  { of: ({ oldPaths }) => oldPaths.flatMap(partsOf).map(toSlug), form: toSlug, exact: true },
  { of: ({ names, title, oldPaths }) => [...names, title, ...oldPaths].map(bare), form: bare, exact: true },
]

const indexOf = ({ of, exact }: Level, texts: readonly NamedText[]): Map<string, string | undefined> => {
  const found = new Map<string, string | undefined>()
  for (const text of texts)
    for (const form of new Set(of(text))) {
      if (form === undefined || form === '') continue
      if (!found.has(form)) found.set(form, text.path)
      else if (exact) found.set(form, undefined)
    }
  return found
}

/** The page that a thread's comments say they stand on. */
const parentOf = async (folder: string, files: readonly string[]): Promise<string> => {
  for (const file of files.slice(0, 3))
    for (const { map } of await readComments(folder, file)) {
      const parent = map instanceof Error ? '' : yamlText(map, '_parent') || yamlText(map, 'page_url')
      if (parent !== '') return parent
    }
  return ''
}

/** Which text each thread stands under: by its name in every form that themes use, else by the page that its comments name. */
export const matchThreads = async (
  folder: string,
  threads: ReadonlyMap<string, readonly string[]>,
  texts: readonly NamedText[],
): Promise<{ threadsOf(path: string): readonly string[]; orphans: readonly string[] }> => {
  if (threads.size === 0) return { threadsOf: () => [], orphans: [] }
  const indexes = levels.map((level) => ({ level, index: indexOf(level, texts) }))
  const byAddress = new Map<string, string>()
  for (const { path, oldPaths } of texts)
    for (const each of oldPaths) byAddress.set(plainAddress(each).replace(/\.html$/, ''), path)
  const named = (thread: string): string | undefined => {
    const names = [...new Set([thread.split('/').at(-1) ?? thread, thread.replaceAll('/', '-')])]
    for (const { level, index } of indexes)
      for (const name of names) {
        const path = index.get(level.form(name) ?? '')
        if (path !== undefined) return path
      }
    return undefined
  }
  const addressed = async (files: readonly string[]): Promise<string | undefined> => {
    const parent = await parentOf(folder, files)
    const path = parent.replace(/^(?:https?:)?\/\/[^/]*/i, '')
    return path === ''
      ? undefined
      : (byAddress.get(plainAddress(path).replace(/\.html$/, '')) ?? named(path.replace(/^\/+|\/+$/g, '')))
  }
  const under = new Map<string, string[]>()
  const orphans: string[] = []
  for (const thread of [...threads.keys()].sort()) {
    const path = named(thread) ?? (await addressed(threads.get(thread) ?? []))
    if (path === undefined) orphans.push(thread)
    else under.set(path, [...(under.get(path) ?? []), thread])
  }
  return { threadsOf: (path) => under.get(path) ?? [], orphans }
}
