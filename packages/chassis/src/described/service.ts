import {
  type Endpoint,
  type Grant,
  type HeaderName,
  json,
  type ServiceEndpoints,
} from '@logbook/contracts/http/endpoint.ts'
import { healthDetails } from '@logbook/contracts/http/health.ts'
import type { ProblemCode } from '@logbook/contracts/problems.ts'
import { z } from 'zod'
import { createDocument, type ZodOpenApiContentObject, type ZodOpenApiResponsesObject } from 'zod-openapi'
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

/** The bodies that an endpoint takes, by media type; undefined where it takes none. */
const bodyOf = ({ body, rawBodies, example }: Endpoint) => {
  if (body === undefined)
    return rawBodies && { required: true, content: rawBodies as ZodOpenApiContentObject }
  const content = { schema: body, ...(example === undefined ? {} : { example }) }
  return { required: !body.safeParse(undefined).success, content: { 'application/json': content } }
}

const operationOf = (path: string, service: string, endpoint: Endpoint) => {
  const { id, tag = service, summary, details, access: grants, params, query } = endpoint
  const { headers = [], rawHeaders, answers, refusals: own = [] } = endpoint
  const named = parametersIn(path)
  const requestBody = bodyOf(endpoint)
  const header = {
    ...Object.fromEntries(headers.map((name) => [name, requestHeaders[name].schema])),
    ...rawHeaders,
  }
  const codes = new Set<ProblemCode>([
    ...(named.length > 0 ? (['not-found', 'bad-encoding'] as const) : []),
    ...(requestBody ? bodyCodes : []),
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
        path: z.object(Object.fromEntries(named.map((name) => [name, params?.[name] ?? z.uuid()]))),
      }),
      ...(query && { query }),
      ...(Object.keys(header).length > 0 && { header: z.object(header) }),
    },
    ...(requestBody && { requestBody }),
    responses: { ...(answers as unknown as ZodOpenApiResponsesObject), ...refusals(...codes) },
  }
}

const status = z.enum(['ok', 'degraded', 'waiting'])
const alive = z.object({ status: z.literal('ok'), service: z.string() })
/** Strangers learn the first three; the rest is for callers with a token, and for programs of the same machine. */
const healthOf = (own: ServiceEndpoints['health']) =>
  z
    .looseObject({ status, service: z.string(), ...healthDetails.shape, ...own?.says })
    .partial()
    .required({ status: true, service: true, ready: true })
    .meta({ id: 'Health' })

const openly = (
  { service }: ServiceEndpoints,
  { id, ...about }: { id: string; summary: string; responses: ZodOpenApiResponsesObject },
) => ({ get: { operationId: `${service}-${id}`, tags: [service], security: [], ...about } })

const commonPaths = (declared: ServiceEndpoints): Paths => {
  const { service } = declared
  const health = healthOf(declared.health)
  const well = { status: 'ok', service, ready: true, ...declared.health?.example }
  return {
    '/health': openly(declared, {
      id: 'health',
      summary: 'How it does',
      responses: { '200': json(health, 'It lives.', well) },
    }),
    '/health/live': openly(declared, {
      id: 'live',
      summary: 'Whether the process lives, and nothing else',
      responses: { '200': json(alive, 'It lives.', { status: 'ok', service }) },
    }),
    '/health/ready': openly(declared, {
      id: 'ready',
      summary: 'Whether it can do its work',
      responses: {
        '200': json(health, 'It can.', well),
        '503': json(health, 'Not yet, or no more.', { ...well, status: 'waiting', ready: false }),
      },
    }),
    '/openapi.json': openly(declared, {
      id: 'openapi',
      summary: 'This description',
      responses: { '200': json(z.looseObject({}), 'OpenAPI 3.1.') },
    }),
  }
}

/** A service's endpoints in OpenAPI 3.1, from the schemas that check what it is sent. */
export const describeEndpoints = (declared: ServiceEndpoints): object => {
  const { service, description, tags, rows } = declared
  const paths = commonPaths(declared)
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
    tags: Object.entries({ [service]: description, ...tags }).map(([name, about]) => ({
      name,
      description: about,
    })),
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An access token, as the gateway makes it, or the token of a service.',
        },
      },
    },
    paths,
  })
}
