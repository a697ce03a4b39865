import type { Grant } from '@logbook/contracts/http/endpoint.ts'
import type { Caller, Person } from '@logbook/contracts/identity.ts'
import { type Request, type RequestHandler, type Response, Router } from 'express'
import { nothingHere } from '../http/errors.ts'
import { isProblem, Problem } from '../problem.ts'
import { type AccessTable, admit, type RowName } from './table.ts'
import type { Verify } from './verify.ts'

export interface Access {
  table: AccessTable
  verify: Verify
}

/** The endpoints of a router, as a table names them, in the order in which they are tried. */
export const routesOf = (router: Router): RowName[] =>
  router.stack.flatMap(({ route, handle }) => {
    // A router within has its routes under the same root: none here is mounted below a path.
    if (route === undefined) return 'stack' in handle ? routesOf(handle as unknown as Router) : []
    const paths: unknown[] = Array.isArray(route.path) ? route.path : [route.path]
    const { _all: all, ...methods } = (route as unknown as { methods: Record<string, boolean> }).methods
    const names = all ? ['ALL'] : Object.keys(methods).map((method) => method.toUpperCase())
    return paths.flatMap((path) => names.map((name) => `${name} ${path}` as RowName))
  })

const partsOf = (row: RowName): { method: 'all' | 'get'; path: string } => {
  const [method = '', path = ''] = row.split(' ')
  return { method: method.toLowerCase() as 'all' | 'get', path }
}

const nobody: Caller = { kind: 'nobody' }

const isSafe = ({ method }: Request): boolean => method === 'GET' || method === 'HEAD'

/** Treats a reader of what anyone may read as anonymous while there are no keys to verify a token: the blog stays readable. */
const orNobody = async (verified: Caller | Promise<Caller>): Promise<Caller> => {
  try {
    return await verified
  } catch (error) {
    if (isProblem(error, 'unavailable')) return nobody
    throw error
  }
}

/** Admits callers by the grants of one endpoint, and notes who calls. */
export const gateFor =
  ({ service, verify }: { service: string; verify: Verify }) =>
  (grants: readonly Grant[]): RequestHandler =>
  async (req, res, next) => {
    const shown = req.headers.authorization
    const verified = shown === undefined ? nobody : verify(shown)
    const caller = await (grants.includes('anyone') && isSafe(req) ? orNobody(verified) : verified)
    res.locals.caller = admit(caller, { grants, service })
    next()
  }

/**
 * Says which row a request meets first. A router is asked and left where it stands: on its own way out it waits for a turn of the event
 * loop, so that each request of a busy service would wait for all that came with it.
 */
const createFinder = (rows: readonly RowName[]) => {
  const finder = Router({ caseSensitive: true, strict: true })
  let met: RowName | undefined
  for (const row of rows) {
    const { method, path } = partsOf(row)
    finder[method](path, () => {
      met = row
    })
  }
  return (req: Request, res: Response): RowName | undefined => {
    const { baseUrl, next, params } = req
    met = undefined
    finder(req, res, () => {})
    Object.assign(req, { baseUrl, next, params })
    return met
  }
}

/**
 * Lets in the callers that the table names, in front of `router`, and notes who it is. Deny is the default: what has no row is not there.
 * Throws at once for a route without a row. The rows are tried as the routes are, by the same matcher, so that no address can
 * mean one thing to the gate and another behind it; that they are tried strictly, by case and slashes, holds for the routes too.
 */
export const createGate = ({
  service,
  router,
  access: { table, verify },
}: {
  service: string
  router: Router
  access: Access
}): RequestHandler => {
  const routes = [...new Set(routesOf(router))]
  const missing = routes.filter((route) => !Object.hasOwn(table, route))
  if (missing.length > 0) throw new Error(`${service}: no caller may call ${missing.join(', ')}; add a row`)
  const mounted = (Object.keys(table) as RowName[]).filter((row) => !routes.includes(row))
  const rowMetBy = createFinder([...routes, ...mounted])
  const gate = gateFor({ service, verify })
  return (req, res, next) => {
    const row = rowMetBy(req, res)
    return row === undefined ? nothingHere(req, res, next) : gate(table[row] ?? [])(req, res, next)
  }
}

/** Whose keys, votes and commands these are: the same text for the same caller, and for no other. */
export const callerKey = (caller: Caller): string => {
  if (caller.kind === 'nobody') return caller.kind
  return `${caller.kind} ${caller.kind === 'service' ? caller.name : caller.id}`
}

/** Who makes this request. Only behind a gate is that known. */
export const callerOf = (res: Pick<Response, 'locals'>): Caller => {
  const caller: Caller | undefined = res.locals.caller
  if (caller === undefined) throw new Error('No gate stands in front of this route.')
  return caller
}

/** The person who calls. Throws `forbidden` for other callers, which an endpoint for people alone does not let in. */
export const personOf = (caller: Caller): Person => {
  if (caller.kind !== 'person') throw new Problem('forbidden')
  return caller
}
