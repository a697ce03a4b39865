import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../run/services.ts'

interface Locked {
  link?: boolean
  resolved?: string
  dev?: boolean
  optional?: boolean
  devOptional?: boolean
  os?: string[]
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  peerDependenciesMeta?: Record<string, { optional?: boolean }>
}

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>
}

/** Where Node finds a package from a folder of the lock file: in its own `node_modules`, or in one above. */
const foundFrom = (folder: string, name: string): string | undefined => {
  const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`
  if (path in packages) return path
  return folder === '' ? undefined : foundFrom(folder.replace(/(^|\/)[^/]*$/, ''), name)
}

/** Packages that only test or build. */
export const tools =
  /(?:^|\/)(?:vitest|@vitest\/.*|vite|typescript|rolldown|@rolldown\/.*|lightningcss.*|postcss|@react-router\/dev|@biomejs\/.*)$/

export interface Installed {
  /** Folders of the lock file. */
  paths: string[]
  /** What some package that is installed needs, and what is left out all the same. */
  missing: string[]
}

/** What `npm ci` installs of the lock file for workspaces, by its command line. */
export const installedBy = (command: string): Installed => {
  const given = (flag: string) =>
    [...command.matchAll(new RegExp(`--${flag}=(\\S+)`, 'g'))].map(([, value = '']) => value)
  const omitted = new Set(given('omit'))
  const isLeftOut = ({ dev, optional, devOptional }: Locked): boolean =>
    (dev === true && omitted.has('dev')) ||
    (optional === true && omitted.has('optional')) ||
    (devOptional === true && omitted.has('dev') && omitted.has('optional'))
  const paths = new Set<string>()
  const missing: string[] = []
  const visit = (path: string): void => {
    const locked = packages[path] ?? {}
    if (paths.has(path)) return
    paths.add(path)
    if (locked.link) {
      visit(locked.resolved ?? '')
      return
    }
    const {
      dependencies = {},
      optionalDependencies = {},
      peerDependencies = {},
      peerDependenciesMeta = {},
    } = locked
    const isNeeded = (name: string) =>
      name in dependencies || (name in peerDependencies && !peerDependenciesMeta[name]?.optional)
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const found = foundFrom(path, name)
      if (found !== undefined && !isLeftOut(packages[found] ?? {})) visit(found)
      else if (isNeeded(name)) missing.push(`${name}, for ${path}`)
    }
  }
  for (const workspace of given('workspace')) visit(workspace)
  return { paths: [...paths].sort(), missing }
}

/** Packages of a workspace that come with a part for each platform, which is optional. */
export const nativeOf = (workspace: string): string[] =>
  installedBy(`npm ci --workspace=${workspace} --omit=dev --omit=optional`).paths.filter((path) =>
    Object.keys(packages[path]?.optionalDependencies ?? {}).some(
      (name) => packages[foundFrom(path, name) ?? '']?.os !== undefined,
    ),
  )
