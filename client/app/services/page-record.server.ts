import { AsyncLocalStorage } from 'node:async_hooks'
import { headers as names } from '@logbook/contracts/http/headers.ts'
import { parseViewState, printViewState, type ViewState } from '@logbook/contracts/http/validity.ts'

/** What a page was made from: for each answer of a service the state that it was of, and its cache tags. */
interface PageRecord {
  answers: { state: ViewState | undefined; tags: readonly string[] }[]
  /** For each time that the copy of the settings was read: under which generation query confirmed it. */
  settings: (string | undefined)[]
  hasFailed: boolean
  /** The whole page, where nothing but its record needs it. */
  html?: string
}

/** Whether a page is the same for every anonymous reader as long as the view is in the same state. */
export type Keepability =
  | { kind: 'keepable'; viewState: string; tags: string }
  /** The copy of the settings may be older than the rest of the page. */
  | { kind: 'settings-behind' }
  | { kind: 'private' }

const tagPattern = /^[\w-]{1,64}$/

const readState = (headers: Headers): ViewState | undefined => parseViewState(headers.get(names.viewState))

const readTags = (headers: Headers): string[] =>
  (headers.get(names.cacheTag) ?? '')
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tagPattern.test(tag))

const generationName = ({ process, generation }: ViewState): string => `${process}.${generation}`

/** The generation that an answer of query is of, such as `<process>.7`; undefined for one that does not say. */
export const generationOf = (headers: Headers): string | undefined => {
  const state = readState(headers)
  return state && generationName(state)
}

const records = new AsyncLocalStorage<PageRecord>()

/** Runs `make` and notes everything that it asks for. */
export const recordPage = async <Made>(
  make: () => Promise<Made>,
): Promise<{ made: Made; record: PageRecord }> => {
  const record: PageRecord = { answers: [], settings: [], hasFailed: false }
  return { made: await records.run(record, make), record }
}

/** Notes an answer that the page is made from; undefined where no answer came. */
export const noteAnswer = (headers: Headers | undefined): void => {
  const answer = headers
    ? { state: readState(headers), tags: readTags(headers) }
    : { state: undefined, tags: [] }
  records.getStore()?.answers.push(answer)
}

/** Notes that the copy of the settings was read, and under which generation query confirmed it. */
export const noteSettings = (generation: string | undefined): void => {
  records.getStore()?.settings.push(generation)
}

/** Notes that the page could not be rendered as it should be. */
export const noteFailure = (): void => {
  const record = records.getStore()
  if (record) record.hasFailed = true
}

/** Keeps the page in its record instead of in the body of its answer, where it would be encoded and decoded once more. Returns whether it is recorded. */
export const noteHtml = (html: string): boolean => {
  const record = records.getStore()
  if (record === undefined) return false
  record.html = html
  return true
}

/**
 * A page may be kept if every answer that it was made from has a state of one process and cache tags, and if the settings were
 * confirmed in the generation of the oldest answer.
 */
export const keepabilityOf = ({ answers, settings, hasFailed }: PageRecord): Keepability => {
  const states = answers.flatMap(({ state, tags }) => (state && tags.length > 0 ? [state] : []))
  const [first] = states
  if (first === undefined || hasFailed || settings.length === 0 || states.length < answers.length)
    return { kind: 'private' }
  if (states.some(({ process }) => process !== first.process)) return { kind: 'private' }
  const oldest = states.reduce((one, other) => (other.changes < one.changes ? other : one))
  const generation = generationName(oldest)
  if (settings.some((each) => each !== generation)) return { kind: 'settings-behind' }
  const tags = [...new Set(answers.flatMap((answer) => answer.tags))].sort().join(', ')
  return { kind: 'keepable', viewState: printViewState(oldest), tags }
}

/** The same for the page that is being made now. Private where nothing is recorded. */
export const presentKeepability = (): Keepability => {
  const record = records.getStore()
  return record ? keepabilityOf(record) : { kind: 'private' }
}
