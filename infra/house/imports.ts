import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import { parseSync } from 'oxc-parser'
import { partOf } from './sources.ts'

export interface Import {
  specifier: string
  /** Gone once the types are stripped. */
  typeOnly: boolean
}

/** What a file imports and exports from, in order, `import()` of a plain string included. */
export const importsOf = (path: string, code: string): Import[] => {
  const { module, errors } = parseSync(path, code)
  const [error] = errors
  if (error) throw new Error(`${path}: ${error.message}`)
  const stated = module.staticImports.map(({ moduleRequest, entries }) => ({
    specifier: moduleRequest.value,
    typeOnly: entries.length > 0 && entries.every(({ isType }) => isType),
  }))
  const passedOn = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest, isType }) =>
      moduleRequest ? [{ specifier: moduleRequest.value, typeOnly: isType }] : [],
    ),
  )
  const late = module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
    const [, specifier] = /^['"`]([^'"`$]+)['"`]$/.exec(code.slice(start, end)) ?? []
    return specifier === undefined ? [] : [{ specifier, typeOnly: false }]
  })
  return [...stated, ...passedOn, ...late]
}

/** `@scope/name` or `name` of what is imported, or undefined for a relative path and for what Node brings. */
export const packageOf = (specifier: string): string | undefined => {
  if (/^[./]|^node:|^virtual:/.test(specifier) || builtinModules.includes(specifier)) return undefined
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

/** The file that a relative import means, from the root of the repository. */
export const resolved = (from: string, specifier: string): string =>
  posix.normalize(posix.join(posix.dirname(from), specifier.replace(/\?.*$/, '')))

const services = [
  'event-bus',
  'accounts',
  'posts',
  'comments',
  'moderation',
  'media',
  'notifications',
  'query',
  'gateway',
]

/** The parts of the house that each part may import. Parts that are not named here import none. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'packages/contracts': [],
  'packages/markdown': ['contracts'],
  'packages/chassis': ['contracts'],
  'packages/importer': ['contracts', 'chassis', 'markdown'],
  ...Object.fromEntries(services.map((service) => [service, ['contracts', 'chassis', 'markdown']])),
  client: ['contracts', 'markdown'],
  infra: ['contracts', 'chassis', 'markdown', 'importer', ...services],
}

/** The words of the contracts that are not about blogs: all that the chassis and the log may know. */
const withoutBlogs = [
  'cloud-events.ts',
  'envelope.ts',
  'identity.ts',
  'problems.ts',
  'services.ts',
  'endpoints/event-bus.ts',
  'http/access.ts',
  'http/address.ts',
  'http/answer-headers.ts',
  'http/endpoint.ts',
  'http/headers.ts',
  'http/health.ts',
  'http/imports.ts',
  'http/log-bounds.ts',
  'http/log-events.ts',
  'http/log-identity.ts',
  'http/log-queries.ts',
  'http/media-types.ts',
  'http/parked.ts',
  'http/questions.ts',
  'http/service-report.ts',
  'http/subscriptions.ts',
  'http/subscription-proof.ts',
  'http/subscription-status.ts',
  'json.ts',
  'words.ts',
]
const knowsNoBlog = ['packages/chassis', 'event-bus']
const ofLogbook = ['events/described.ts', 'events/new-event.ts', 'events/publishers.ts', 'token-grants.ts']
/** Where the log is put together, with its event types, their publishers and who may read it. */
const handsOver = (path: string, file: string): boolean =>
  path === 'event-bus/src/service.ts' && ofLogbook.includes(file)

/** The importer reads the files that it is given, and asks no service. */
const importerMayNot = (specifier: string): boolean =>
  /^(?:node:(?:https?|http2|net|tls|dgram|child_process)|undici)\b/.test(specifier) ||
  (specifier.startsWith('@logbook/chassis/') && specifier !== '@logbook/chassis/ids.ts')

/** What of `markdown` costs no more than one look at a text. The rest runs in threads, or in a browser. */
const boundedMarkdown = ['threads/renderer.ts', 'reading-minutes.ts']
const answersReaders = (path: string): boolean =>
  services.includes(partOf(path)) || path.startsWith('client/server/') || /\.server\.tsx?$/.test(path)

/** Why this import may not be, or undefined. */
export const refusalOf = (path: string, specifier: string): string | undefined => {
  const part = partOf(path)
  if (specifier.startsWith('.')) {
    const target = resolved(path, specifier)
    return partOf(target) === part ? undefined : `reaches into ${partOf(target)} by a path`
  }
  if (part === 'packages/contracts' && packageOf(specifier) !== 'zod')
    return 'contracts does no IO and needs zod alone'
  if (part === 'packages/importer' && importerMayNot(specifier))
    return 'the importer reads files and asks no service'
  const [, imported, file = ''] = /^@logbook\/([^/]+)\/?(.*)$/.exec(specifier) ?? []
  if (imported === undefined || part === `packages/${imported}` || part === imported) return undefined
  const isWebServer = part === 'client' && /^client\/server[./]/.test(path)
  if (imported === 'chassis' && isWebServer) return undefined
  if (!(allowed[part] ?? []).includes(imported)) return `${part} may not know ${imported}`
  if (imported === 'markdown' && answersReaders(path) && !boundedMarkdown.includes(file))
    return 'Markdown is rendered in threads, not where readers are answered'
  const mayKnow = withoutBlogs.includes(file) || handsOver(path, file)
  if (imported === 'contracts' && knowsNoBlog.includes(part) && !mayKnow) return `${part} knows no blog word`
  return undefined
}

/** Circles of files that import each other, types included, each as the path once around. */
export const cyclesIn = (graph: ReadonlyMap<string, readonly string[]>): string[][] => {
  const done = new Set<string>()
  const cycles: string[][] = []
  const visit = (file: string, trail: readonly string[]): void => {
    const at = trail.indexOf(file)
    if (at !== -1) {
      cycles.push([...trail.slice(at), file])
      return
    }
    if (done.has(file)) return
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file])
    done.add(file)
  }
  for (const file of graph.keys()) visit(file, [])
  return cycles
}
