import { z } from 'zod'
import { publicPathOf, type Upstream } from '../routes.ts'

const operation = z.looseObject({
  security: z.array(z.record(z.string(), z.unknown())).optional(),
  parameters: z.array(z.looseObject({ name: z.string(), in: z.string() })).optional(),
  responses: z.record(z.string(), z.unknown()).optional(),
})
type Operation = z.infer<typeof operation>
/** As much of a service's description as has to be known to put it beside others. */
export const serviceDocument = z.looseObject({
  tags: z.array(z.looseObject({ name: z.string() })).default([]),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()).default({}) }),
})
type ServiceDocument = z.infer<typeof serviceDocument>

/** The same with schemas of its own: two services may mean different things by one name. */
const withOwnNames = (document: ServiceDocument, service: string): ServiceDocument => {
  const { schemas } = document.components
  const text = JSON.stringify(document).replaceAll(
    '"#/components/schemas/',
    `"#/components/schemas/${service}.`,
  )
  const renamed = serviceDocument.parse(JSON.parse(text))
  const named = Object.keys(schemas).map((name) => [`${service}.${name}`, renamed.components.schemas[name]])
  return { ...renamed, components: { ...renamed.components, schemas: Object.fromEntries(named) } }
}

const cookieToo = (security: z.infer<typeof operation>['security']) =>
  security?.flatMap((way) => ('bearer' in way ? [way, { session: [] }] : [way]))

const parameterPattern = /\{(\w+)\}/g
const namesIn = (path: string): string[] => [...path.matchAll(parameterPattern)].map(([, name = '']) => name)

/** An operation at a path whose parameters have these names: one address is described once, whatever each service calls its parts. */
const renamed = (each: Operation, { from, to }: { from: string; to: string }): Operation => {
  const names = new Map(namesIn(from).map((name, index) => [name, namesIn(to)[index] ?? name]))
  const parameters = each.parameters?.map((parameter) =>
    parameter.in === 'path' ? { ...parameter, name: names.get(parameter.name) ?? parameter.name } : parameter,
  )
  return { ...each, ...(parameters && { parameters }) }
}

/** What the gateway answers by itself, whatever is asked for, where the service does not say that it does too. */
const ofTheGateway = {
  '400': '`bad-encoding`: the address is written in a way that is not read, or a field stands there twice.',
  '429': '`too-many`: this network has asked too often. `Retry-After` says when to come back.',
  '503': '`unavailable`: the service that answers is away. `Retry-After` says when to come back.',
}
const withOwnAnswers = (each: Operation, service: string): Operation => {
  const content = {
    'application/problem+json': { schema: { $ref: `#/components/schemas/${service}.Problem` } },
  }
  const own = Object.entries(ofTheGateway).map(([status, description]) => [status, { description, content }])
  return { ...each, responses: { ...Object.fromEntries(own), ...each.responses } }
}

interface Merging {
  documents: Partial<Record<Upstream, ServiceDocument>>
  /** Services that could not be asked. */
  missing: readonly string[]
}

/** One description of the public API: of each service what the gateway passes on, at the address where it does. */
export const mergeDescriptions = ({ documents, missing }: Merging): object => {
  const paths: Record<string, Record<string, unknown>> = {}
  const schemas: Record<string, unknown> = {}
  const tags: unknown[] = []
  const addresses = new Map<string, string>()
  for (const [service, given] of Object.entries(documents) as [Upstream, ServiceDocument][]) {
    const document = withOwnNames(given, service)
    tags.push(...document.tags)
    Object.assign(schemas, document.components.schemas)
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, each] of Object.entries(methods)) {
        const address = publicPathOf({ to: service, method: method.toUpperCase(), path })
        if (address === undefined) continue
        const shape = address.replaceAll(parameterPattern, '{}')
        const known = addresses.get(shape) ?? address
        addresses.set(shape, known)
        const described = withOwnAnswers(renamed(each, { from: address, to: known }), service)
        paths[known] = { ...paths[known], [method]: { ...described, security: cookieToo(each.security) } }
      }
  }
  const away = missing.length === 0 ? '' : ` Not in it, since they are away: ${missing.join(', ')}.`
  return {
    openapi: '3.1.0',
    info: {
      title: 'Logbook',
      version: '1.0.0',
      description: `Every address of this blog’s API. Refusals are problems (RFC 9457).${away}`,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    tags,
    paths,
    components: {
      schemas,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API token: `lb_…`.' },
        session: { type: 'apiKey', in: 'cookie', name: 'logbook.session_token', description: 'Signed in.' },
      },
    },
  }
}
