/** The files that may lie directly below `src/` of a service; each service has the required ones. */
const requiredFiles = ['app.ts', 'main.ts', 'service.ts', 'config.ts', 'limits.ts'] as const
const optionalFiles = ['follower.ts', 'open.ts', 'metrics.ts', 'worker.ts'] as const

/** Folders that mean the same in every service. */
const commonFolders = ['domain', 'routes', 'read-model'] as const

/** Folders for what only one service has. */
const ownFolders = {
  posts: ['history', 'pictures', 'planned'],
  comments: [],
  moderation: [],
  query: [
    ...['changes', 'feeds', 'figures', 'history', 'pages'],
    ...['projections', 'rebuild', 'related', 'search', 'threads'],
  ],
  accounts: ['auth', 'backup', 'erasure', 'mail', 'people', 'secrets', 'storage', 'tool'],
  media: ['fetch', 'history', 'jobs', 'make', 'storage', 'tool', 'types', 'uploads', 'worker'],
  notifications: ['channels', 'log', 'outbox', 'webmention', 'websub'],
  'event-bus': [...['append', 'health', 'log', 'questions', 'read', 'scrub', 'subscriptions', 'tool']],
} as const

const exceptions = ['event-bus/src/stand-alone.ts']

type ServiceName = keyof typeof ownFolders
const serviceNames = Object.keys(ownFolders) as ServiceName[]
export const services: readonly string[] = [...serviceNames, 'gateway']

/** What of these files lies where no service keeps it, and what a service lacks; each as `path: why`. */
export const misplaced = (files: readonly string[]): string[] =>
  serviceNames.flatMap((service) => {
    const names = files
      .filter((path) => path.startsWith(`${service}/src/`))
      .map((path) => path.split('/').slice(2))
    const root = names.flatMap(([name = '', ...rest]) => (rest.length === 0 ? [name] : []))
    const folders = new Set(names.flatMap(([name = '', ...rest]) => (rest.length === 0 ? [] : [name])))
    const known: readonly string[] = [...requiredFiles, ...optionalFiles]
    const allowed: readonly string[] = [...commonFolders, ...ownFolders[service]]
    const path = (name: string) => `${service}/src/${name}`
    return [
      ...requiredFiles.filter((name) => !root.includes(name)).map((name) => `${path(name)}: is missing`),
      ...root
        .filter((name) => !known.includes(name) && !exceptions.includes(path(name)))
        .map((name) => `${path(name)}: belongs in a folder`),
      ...[...folders]
        .filter((name) => !allowed.includes(name))
        .map((name) => `${path(name)}/: is no folder that services have; name it in infra/house/folders.ts`),
    ]
  })
