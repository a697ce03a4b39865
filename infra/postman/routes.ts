import type { ServiceEndpoints } from '@logbook/contracts/http/endpoint.ts'
import { importsOf, resolved } from '../house/imports.ts'
import { allFiles, read } from '../house/sources.ts'

export interface Route {
  method: string
  /** With `:name` for what varies. */
  path: string
}

/** The files that a service runs: all that its main.ts leads to within its own folder. */
const filesOf = (service: string): string[] => {
  const found = new Set<string>()
  const visit = (path: string): void => {
    if (found.has(path) || !allFiles.includes(path)) return
    found.add(path)
    for (const { specifier, typeOnly } of importsOf(path, read(path)))
      if (specifier.startsWith('.') && !typeOnly) visit(resolved(path, specifier))
  }
  visit(`${service}/src/main.ts`)
  return [...found]
}

const stated = /\brouter\s*\.(get|post|put|patch|delete)\(\s*(['"`])([^'"`]+)\2/g

/** A path with `${kind}` in it stands for each word, or each first word, of the list that the loop around it goes through. */
const spread = (path: string, code: string): string[] => {
  const [placeholder, name] = /\$\{(\w+)\}/.exec(path) ?? []
  if (placeholder === undefined) return [path]
  const [, many, words = ''] =
    new RegExp(`const (\\[)?${name}\\b[^=;]*? of \\[([^;]*?)\\] as const`).exec(code) ?? []
  const each = many === undefined ? /'([^']+)'/g : /\['([^']+)'/g
  return [...words.matchAll(each)].map(([, word = '']) => path.replace(placeholder, word))
}

const routesIn = (service: string): Route[] =>
  filesOf(service).flatMap((file) => {
    const code = read(file)
    return [...code.matchAll(stated)].flatMap(([, method = '', , path = '']) =>
      spread(path, code).map((each) => ({ method: method.toUpperCase(), path: each })),
    )
  })

const files = allFiles.filter((path) => path.startsWith('packages/contracts/src/endpoints/'))
const modules: object[] = await Promise.all(files.map((path) => import(`../../${path}`)))
/** The endpoints that services declare in contracts. */
const declared = modules
  .flatMap((each) => Object.values(each))
  .filter((each): each is ServiceEndpoints => typeof each === 'object' && each !== null && 'service' in each)

const partsOf = (row: string): Route => {
  const [method = '', path = ''] = row.split(' ')
  return { method, path }
}

// `GET /metrics` is every service's.
const known = new Map(
  declared.map(({ service, rows }) => [
    service,
    Object.keys(rows)
      .map(partsOf)
      .filter(({ path }) => path !== '/metrics'),
  ]),
)

/** The endpoints of a service: those declared in contracts, or read once from its Express routers. */
export const routesOf = (service: string): Route[] => {
  const routes = known.get(service) ?? routesIn(service)
  known.set(service, routes)
  return routes
}

/** The public API: what the gateway hands on. */
export const gatewayRoutes = (): (Route & { service: string })[] =>
  declared.flatMap(({ service, rows }) =>
    Object.entries(rows).flatMap(([row, { under }]) => {
      const { method, path } = partsOf(row)
      return under === undefined ? [] : [{ service, method, path: under + path }]
    }),
  )

/** Two addresses of one shape differ only in the names of what varies. */
export const shapeOf = (path: string): string => path.replace(/:\w+|\{\{\w+\}\}/g, ':x')
