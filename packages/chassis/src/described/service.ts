import { grantsOf, type ServiceEndpoints } from '@logbook/contracts/http/endpoint.ts'
import type { ProblemCode } from '@logbook/contracts/problems.ts'
import { z } from 'zod'
import { createDocument, type ZodOpenApiResponsesObject } from 'zod-openapi'
import type { AccessTable, Grant, RowName } from '../access/table.ts'
import { json, type Paths, refusals } from './operation.ts'

/** Headers that an operation heeds, and what it may be refused with because of them. */
const heeded = {
  'If-Match': {
    schema: z.string().optional().meta({ description: 'The ETag of an earlier answer: change only that.' }),
    codes: ['precondition-failed'],
  },
  'Idempotency-Key': {
    schema: z
      .string()
      .max(200)
      .optional()
      .meta({ description: 'The same key again is answered as the first time, and done once.' }),
    codes: ['invalid', 'id-conflict'],
  },
  'Min-Position': {
    schema: z
      .string()
      .regex(/^\d{1,15}$/)
      .optional()
      .meta({ description: 'Not to be answered from before this log position.' }),
    codes: ['invalid', 'view-behind'],
  },
  Prefer: {
    schema: z.string().optional().meta({ description: '`wait=2`: wait so many seconds for Min-Position.' }),
    codes: [],
  },
  'Last-Event-ID': {
    schema: z.string().optional().meta({ description: 'What an EventSource saw last.' }),
    codes: [],
  },
} as const satisfies Record<string, { schema: z.ZodType; codes: readonly ProblemCode[] }>

/** What a command heeds, and what a read of a view does. */
export const ofCommands = ['If-Match', 'Idempotency-Key'] as const
export const ofReads = ['Min-Position', 'Prefer'] as const

/** One endpoint in words and shapes. What follows from its row in the access table, from its path and from its body is added. */
export interface Description {
  id: string
  summary: string
  details?: string
  query?: z.ZodObject
  heeds?: readonly (keyof typeof heeded)[]
  body?: z.ZodType
  /** A body that may be sent as it is. */
  example?: unknown
  /** What it is answered with where nothing is wrong, by status. */
  answers: ZodOpenApiResponsesObject
  refusals?: readonly ProblemCode[]
}

/** One for each row of the service's access table: an endpoint that is not described does not compile. */
export type Descriptions<Table extends AccessTable> = Readonly<Record<keyof Table & RowName, Description>>

const bodyCodes = ['bad-json', 'bad-encoding', 'invalid', 'too-large', 'wrong-content-type'] as const

const whoIs = (grants: readonly Grant[]): string =>
  grants.includes('anyone') ? 'For anyone.' : `For: ${grants.join(', ')}.`

const parametersIn = (path: string): string[] => [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)

const operationOf = (path: string, grants: readonly Grant[], tag: string, description: Description) => {
  const { id, summary, details, query, heeds = [], body, example, answers, refusals: own = [] } = description
  const named = parametersIn(path)
  const codes = new Set<ProblemCode>([
    ...(named.length > 0 ? (['not-found', 'bad-encoding'] as const) : []),
    ...(body ? bodyCodes : []),
    ...(query ? (['invalid'] as const) : []),
    ...heeds.flatMap((name) => heeded[name].codes),
    ...own,
    'unauthenticated',
    ...(grants.includes('anyone') ? [] : (['forbidden'] as const)),
    'internal',
  ])
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: [details, whoIs(grants)].filter(Boolean).join(' '),
    security: grants.includes('anyone') ? [{}, { bearer: [] }] : [{ bearer: [] }],
    requestParams: {
      ...(named.length > 0 && {
        path: z.object(Object.fromEntries(named.map((name) => [name, z.string()]))),
      }),
      ...(query && { query }),
      ...(heeds.length > 0 && {
        header: z.object(Object.fromEntries(heeds.map((name) => [name, heeded[name].schema]))),
      }),
    },
    ...(body && {
      requestBody: {
        content: { 'application/json': example === undefined ? { schema: body } : { schema: body, example } },
      },
    }),
    responses: { ...answers, ...refusals(...codes) },
  }
}

const health = z.looseObject({ status: z.enum(['ok', 'degraded', 'waiting']), service: z.string() })
const healthPaths = (service: string, tag: string): Paths => {
  const operation = (id: string, summary: string, more: ZodOpenApiResponsesObject = {}) => ({
    get: {
      ...{ operationId: `${service}-${id}`, tags: [tag], summary, security: [] },
      responses: { '200': json(health, 'It lives.', { status: 'ok', service }), ...more },
    },
  })
  return {
    '/health': operation('health', 'How it does'),
    '/health/live': operation('live', 'Whether the process lives, and nothing else'),
    '/health/ready': operation('ready', 'Whether it can do its work', {
      '503': json(health, 'Not yet, or no more.', { status: 'waiting', service }),
    }),
    '/openapi.json': {
      get: {
        ...{ operationId: `${service}-openapi`, tags: [tag], summary: 'This description', security: [] },
        responses: { '200': json(z.looseObject({}), 'OpenAPI 3.1.') },
      },
    },
  }
}

/** The same from the endpoints that a service declares in contracts. */
export const describeEndpoints = (declared: ServiceEndpoints): object => {
  const { service, description, rows } = declared
  return describeService({
    service,
    description,
    access: grantsOf(declared),
    operations: Object.fromEntries(
      Object.entries(rows).map(([row, { headers, ...one }]) => [
        row,
        { ...one, heeds: headers } as unknown as Description,
      ]),
    ),
  })
}

interface ServiceDescription<Table extends AccessTable> {
  service: string
  description: string
  access: Table
  operations: Descriptions<Table>
}

/** A service's endpoints in OpenAPI 3.1, from the schemas that check what it is sent. */
export const describeService = <Table extends AccessTable>({
  service,
  description,
  access,
  operations,
}: ServiceDescription<Table>): object => {
  const paths: Paths = healthPaths(service, service)
  for (const [row, each] of Object.entries<Description>(operations)) {
    const [method = '', path = ''] = row.split(' ')
    const written = path.replaceAll(/:(\w+)/g, '{$1}')
    paths[written] = {
      ...paths[written],
      [method.toLowerCase()]: operationOf(path, access[row as RowName] ?? [], service, each),
    }
  }
  return createDocument({
    openapi: '3.1.0',
    info: { title: service, version: '1.0.0', description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    tags: [{ name: service, description }],
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An access token, as the gateway makes it.' },
      },
    },
    paths,
  })
}

/** The same for every service. */
export const metricsDescription = (service: string): Description => ({
  id: `${service}-metrics`,
  summary: 'What it measures of itself, for Prometheus',
  answers: {
    '200': {
      description: 'Prometheus text, version 0.0.4.',
      content: { 'text/plain': { schema: { type: 'string' } } },
    },
  },
})
