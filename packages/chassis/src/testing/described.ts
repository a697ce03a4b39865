import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

interface Content {
  schema?: object
  example?: unknown
  examples?: Record<string, { value: unknown }>
}
interface Operation {
  operationId: string
  requestBody?: { content: Record<string, Content> }
  responses: Record<string, { content?: Record<string, Content> }>
}
interface Document {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: object
}

const examplesIn = ({ example, examples = {} }: Content): unknown[] =>
  [example, ...Object.values(examples).map(({ value }) => value)].filter((each) => each !== undefined)

interface Told {
  /** What stands in the path for `:id` and its like. */
  params?: Record<string, string>
  query?: string
  /** Instead of the example that the description gives. */
  body?: unknown
  headers?: Record<string, string>
  /** Where a refusal is meant: its status. */
  status?: number
}

/** Sends what a row's description gives as an example and resolves to the answer's body. Rejects where the answer is not as described. */
export type Say = (row: string, told?: Told) => Promise<unknown>

const base = 'https://described.example/'

interface Answer {
  status: number
  type: string
  text: string
  body: unknown
}

const eventStream = 'text/event-stream'

const ask = async (url: string, request: RequestInit): Promise<Answer> => {
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(10_000), ...request })
  const type = answer.headers.get('Content-Type')?.split(';')[0] ?? ''
  // A stream of events has no end to wait for.
  if (type === eventStream) await answer.body?.cancel()
  const text = type === eventStream ? '' : await answer.text()
  return { status: answer.status, type, text, body: type.endsWith('json') ? JSON.parse(text) : text }
}

/** Holds a service's description against OpenAPI, against itself, and against the service. */
export const heldAgainst = (given: object) => {
  const document = structuredClone(given) as Document
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      row: `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      operation,
    })),
  )
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema({ $id: base, components: document.components })
  const faultsIn = (schema: object | undefined, value: unknown): string => {
    if (schema === undefined) return 'no schema'
    const local = JSON.parse(JSON.stringify(schema).replaceAll('"#/', `"${base}#/`))
    return ajv.validate(local, value) ? '' : ajv.errorsText()
  }

  /** Whether it is valid OpenAPI 3.1 with a name for each operation, and each example fits its schema: what is wrong, in words. */
  const faults = async (): Promise<string[]> => {
    const { valid, errors } = await new Validator().validate(structuredClone({ ...given }))
    const ids = operations.map(({ operation }) => operation.operationId)
    const wrong = operations.flatMap(({ row, operation }) =>
      [operation.requestBody, ...Object.values(operation.responses)].flatMap((message) =>
        Object.values(message?.content ?? {})
          .flatMap(({ schema, ...given }) => examplesIn(given).map((example) => faultsIn(schema, example)))
          .filter((fault) => fault !== '')
          .map((fault) => `${row}: ${fault}`),
      ),
    )
    return [
      ...(valid ? [] : [JSON.stringify(errors)]),
      ...(document.openapi === '3.1.0' ? [] : [`OpenAPI ${document.openapi}`]),
      ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `two are named ${id}`),
      ...wrong,
    ]
  }

  /** Speaks to a running service by its description; `unmet` are the rows that were not answered with a success yet. */
  const speaker = (url: string, always: Record<string, string> = {}): { say: Say; unmet: () => string[] } => {
    const left = new Set(operations.map(({ row }) => row))
    const say: Say = async (row, { params = {}, query = '', body, headers = {}, status } = {}) => {
      const operation = operations.find((each) => each.row === row)?.operation
      if (operation === undefined) throw new Error(`${row} is not described.`)
      const [method = '', template = ''] = row.split(' ')
      const sent = body ?? operation.requestBody?.content['application/json']?.example
      const path = template.replaceAll(/:(\w+)/g, (_, name) => encodeURIComponent(params[name] ?? ''))
      const given = sent === undefined ? {} : { 'Content-Type': 'application/json' }
      const answer = await ask(`${url}${path}${query}`, {
        method,
        headers: { ...given, ...always, ...headers },
        body: sent === undefined ? null : JSON.stringify(sent),
      })
      const was = `${row} was answered ${answer.status} ${answer.type}`
      if (status === undefined ? answer.status >= 400 : answer.status !== status)
        throw new Error(`${was}: ${answer.text.slice(0, 500)}`)
      if (answer.status < 400) left.delete(row)
      const described = operation.responses[answer.status]
      if (described === undefined) throw new Error(`${was}, which is not described.`)
      const isBare = answer.text === '' && answer.type !== eventStream
      if (isBare || (answer.status >= 300 && answer.status < 400)) return undefined
      const wrong = faultsIn(described.content?.[answer.type]?.schema, answer.body)
      if (wrong !== '') throw new Error(`${was}, which is not as described: ${wrong}`)
      return answer.body
    }
    return { say, unmet: () => [...left].sort() }
  }

  return { faults, speaker }
}
