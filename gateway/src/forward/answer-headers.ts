import { headers as names } from '@logbook/contracts/http/headers.ts'

/** What a service says of its connection to the gateway is not the browser's business; the request's id the gateway says itself. */
const notPassedOn = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-connection'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade', 'x-request-id'],
])

const [viewState, cacheTag, buildId, countedView, position] = [
  ...[names.viewState, names.cacheTag, names.buildId, names.countedView, names.position],
].map((name) => name.toLowerCase())

const forGateway = new Set([viewState, cacheTag, buildId, countedView])

export interface AnswerHead {
  /** Names and values in turn, as the browser gets them. */
  headers: string[]
  isEventStream: boolean
  /** In bytes; undefined where the service did not say. */
  contentLength: number | undefined
  /** Of the log, that the answer reflects; undefined where the service did not say. */
  position: number | undefined
  /** What is said to the gateway alone; see `headers` in contracts. */
  viewState: string | undefined
  cacheTags: readonly string[]
  buildId: string | undefined
  countedView: string | undefined
}

const text = (bytes: Buffer | string): string =>
  typeof bytes === 'string' ? bytes : bytes.toString('latin1')

// The names that occur are few, and a service writes each always alike.
const lowered = new Map<string, string>()
export const lowerCase = (name: string): string => {
  let lower = lowered.get(name)
  if (lower === undefined) {
    lower = name.toLowerCase()
    if (lowered.size < 1_000) lowered.set(name, lower)
  }
  return lower
}

/** The tokens of `Connection` among these headers: names that concern one connection alone. */
const namedByConnection = (raw: readonly (Buffer | string)[]): Set<string> | undefined => {
  for (let at = 0; at < raw.length; at += 2) {
    const name = text(raw[at] ?? '')
    if (name.length !== 10 || lowerCase(name) !== 'connection') continue
    const value = text(raw[at + 1] ?? '')
    if (value === 'keep-alive' || value === 'close') return undefined
    return new Set(value.split(',').map((each) => each.trim().toLowerCase()))
  }
  return undefined
}

/** Services name their own addresses; a browser is told the gateway's. Relative ones hold as they are. */
export const answerHead = (raw: readonly (Buffer | string)[], { prefix }: { prefix: string }): AnswerHead => {
  const named = namedByConnection(raw)
  const head: AnswerHead = {
    headers: [],
    isEventStream: false,
    contentLength: undefined,
    position: undefined,
    viewState: undefined,
    cacheTags: [],
    buildId: undefined,
    countedView: undefined,
  }
  for (let at = 0; at < raw.length; at += 2) {
    const name = text(raw[at] ?? '')
    const lower = lowerCase(name)
    if (notPassedOn.has(lower) || named?.has(lower)) continue
    let value = text(raw[at + 1] ?? '')
    if (lower === viewState) head.viewState = value
    else if (lower === cacheTag) head.cacheTags = value.split(/, */).filter((tag) => tag !== '')
    else if (lower === buildId) head.buildId = value
    else if (lower === countedView) head.countedView = value
    if (forGateway.has(lower)) continue
    if (lower === 'link') value = value.replaceAll('</', `<${prefix}/`)
    else if (lower === 'location' && value.startsWith('/')) value = prefix + value
    else if (lower === 'content-length') head.contentLength = Number(value)
    else if (lower === position) head.position = Number(value)
    else if (lower === 'content-type') head.isEventStream = value.startsWith('text/event-stream')
    head.headers.push(name, value)
  }
  return head
}

/** The same of headers that were parsed, of an answer that goes to no browser as it is. */
export const parsedAnswerHead = (
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): AnswerHead =>
  answerHead(
    Object.entries(headers).flatMap(([name, value = '']) => [value].flat().flatMap((each) => [name, each])),
    { prefix: '' },
  )

/** The value of the first header of this name, which is in lower case. */
export const headerOf = (headers: readonly string[], name: string): string | undefined => {
  for (let at = 0; at < headers.length; at += 2)
    if (lowerCase(headers[at] ?? '') === name) return headers[at + 1]
  return undefined
}
