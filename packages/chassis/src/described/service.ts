import {
  type Endpoint,
  type Grant,
  type HeaderName,
  json,
  type ServiceEndpoints,
} from '@logbook/contracts/http/endpoint.ts'
import type { ProblemCode } from '@logbook/contracts/problems.ts'
import { z } from 'zod'
import { createDocument, type ZodOpenApiResponsesObject } from 'zod-openapi'
import { type Paths, refusals } from './operation.ts'

/** The request headers that an endpoint may declare, and the problems that follow from each. */
const requestHeaders = {
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
} as const satisfies Record<HeaderName, { schema: z.ZodType; codes: readonly ProblemCode[] }>

const bodyCodes = ['bad-json', 'bad-encoding', 'invalid', 'too-large', 'wrong-content-type'] as const

const whoIs = (grants: readonly Grant[]): string =>
  grants.includes('anyone') ? 'For anyone.' : `For: ${grants.join(', ')}.`

const parametersIn = (path: string): string[] => [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)

const operationOf = (path: string, tag: string, endpoint: Endpoint) => {
  const { id, summary, details, access: grants, query, headers = [], body, example } = endpoint
  const { answers, refusals: own = [] } = endpoint
  const named = parametersIn(path)
  const codes = new Set<ProblemCode>([
    ...(named.length > 0 ? (['not-found', 'bad-encoding'] as const) : []),
    ...(body ? bodyCodes : []),
    ...(query ? (['invalid'] as const) : []),
    ...headers.flatMap((name) => requestHeaders[name].codes),
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
      ...(headers.length > 0 && {
        header: z.object(Object.fromEntries(headers.map((name) => [name, requestHeaders[name].schema]))),
      }),
    },
    ...(body && {
      requestBody: {
        content: { 'application/json': example === undefined ? { schema: body } : { schema: body, example } },
      },
    }),
    responses: { ...(answers as unknown as ZodOpenApiResponsesObject), ...refusals(...codes) },
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

/** A service's endpoints in OpenAPI 3.1, from the schemas that check what it is sent. */
export const describeEndpoints = ({ service, description, rows }: ServiceEndpoints): object => {
  const paths: Paths = healthPaths(service, service)
  for (const [row, endpoint] of Object.entries(rows)) {
    const [method = '', path = ''] = row.split(' ')
    const written = path.replaceAll(/:(\w+)/g, '{$1}')
    paths[written] = { ...paths[written], [method.toLowerCase()]: operationOf(path, service, endpoint) }
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
