import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type OldSite, oldSiteOf } from '../addresses.ts'
import { oneLine } from '../fields.ts'
import { type FolderFiles, readBounded } from './scan-folder.ts'
import { isMap, parseYaml, parseYamlMap, saysNo, type YamlMap, yamlMap, yamlText } from './yaml.ts'

/** `_config.yml`, and why it could not be read. */
export interface Config {
  path: string
  map: YamlMap
  fault: { where: string; reason: string } | undefined
}

/** What all of a Jekyll folder's texts need to know of the rest of it. */
export interface Site {
  identity: string
  /** The blog's author, for posts that name none. */
  author: string
  /** Names by the short name that posts use for them. */
  authors: ReadonlyMap<string, string>
  /** Where the blog stood, by `url` and `baseurl`. */
  old: OldSite
  /** How addresses of posts are made: `permalink` of the configuration. */
  style: string
  /** Texts are read by kramdown, which is Jekyll's usual reader, not by one of CommonMark. */
  isKramdown: boolean
  /** Front matter that texts have without saying so: `defaults` of the configuration. */
  defaultsOf(path: string, type: 'posts' | 'drafts' | 'pages'): YamlMap
  now: Date
}

const readMap = async (folder: string, path: string): Promise<Config> => {
  const exists = await stat(join(folder, path)).then(
    (found) => found.isFile(),
    () => false,
  )
  if (!exists) return { path, map: {}, fault: undefined }
  try {
    const map = parseYamlMap({ text: await readBounded(join(folder, path)), line: 1 })
    return { path, map, fault: undefined }
  } catch (error) {
    return {
      path,
      map: {},
      fault: {
        where: path,
        reason: `${error instanceof Error ? error.message : String(error)}; what it says is not known`,
      },
    }
  }
}

export const readConfig = async (folder: string): Promise<Config> => {
  const usual = await readMap(folder, '_config.yml')
  return Object.keys(usual.map).length > 0 || usual.fault ? usual : readMap(folder, '_config.yaml')
}

/** What `_data/navigation.yml` holds, which themes make the links of the header from; undefined where it is not there or no YAML. */
export const readMenu = async (folder: string): Promise<unknown> => {
  for (const path of ['_data/navigation.yml', '_data/navigation.yaml', '_data/menu.yml', '_data/nav.yml'])
    try {
      return parseYaml({ text: await readBounded(join(folder, path)), line: 1 })
    } catch {
      // The next one may be there.
    }
  return undefined
}

/** Whether Jekyll shows the documents of a collection as pages. */
export const isShownBy =
  ({ map }: Config) =>
  (collection: string): boolean => {
    const settings = yamlMap(yamlMap(map, 'collections') ?? {}, collection)
    return settings !== undefined && yamlText(settings, 'output') !== '' && !saysNo(settings, 'output')
  }

const personIn = (map: YamlMap): string => {
  const person = yamlMap(map, 'author')
  return oneLine(person === undefined ? yamlText(map, 'author') : yamlText(person, 'name'))
}

/**
 * What makes this blog's keys its own. Its address where `_config.yml` names one; else the path of its first text, which
 * two blogs hardly share and which stays while the blog grows.
 */
const identityOf = (config: YamlMap, files: FolderFiles): string => {
  const address = `${yamlText(config, 'url')}${yamlText(config, 'baseurl')}`
  const plain = address
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/+$/, '')
  return plain || `since:${files.posts[0] ?? files.drafts[0] ?? ''}`
}

const urlOf = (config: YamlMap): string => {
  const base = yamlText(config, 'baseurl')
    .trim()
    .replace(/^(?=[^/])/, '/')
  return `${yamlText(config, 'url').trim().replace(/\/+$/, '')}${base === '/' ? '' : base}`
}

/** `defaults` of the configuration: values for texts below a path, or of a type. Later ones win, as the more exact do in Jekyll. */
const defaultsIn = (config: YamlMap): Site['defaultsOf'] => {
  const listed = Object.hasOwn(config, 'defaults') && Array.isArray(config.defaults) ? config.defaults : []
  const rules = listed.filter(isMap).map((rule) => {
    const scope = yamlMap(rule, 'scope') ?? {}
    return {
      path: yamlText(scope, 'path').replace(/^\/+|\/+$/g, ''),
      type: yamlText(scope, 'type'),
      values: yamlMap(rule, 'values') ?? {},
    }
  })
  return (path, type) =>
    Object.assign(
      {},
      ...rules
        .filter((rule) => rule.path === '' || path === rule.path || path.startsWith(`${rule.path}/`))
        .filter((rule) => rule.type === '' || rule.type === type || rule.type === type.slice(0, -1))
        .map(({ values }) => values),
    )
}

export const readSite = async (
  folder: string,
  files: FolderFiles,
  {
    config,
    identity,
    address,
    now,
  }: { config: Config; identity: string | undefined; address?: string | undefined; now: Date },
): Promise<Site> => {
  const { map: people } = await readMap(folder, '_data/authors.yml')
  return {
    identity: identity ?? identityOf(config.map, files),
    author: personIn(config.map),
    authors: new Map(
      Object.keys(people).flatMap((key) => {
        const person = yamlMap(people, key)
        const name = person === undefined ? '' : oneLine(yamlText(person, 'name'))
        return name === '' ? [] : [[key, name] as const]
      }),
    ),
    old: oldSiteOf(address ?? urlOf(config.map)),
    style: yamlText(config.map, 'permalink').trim() || 'date',
    isKramdown: /^(?:kramdown)?$/i.test(yamlText(config.map, 'markdown').trim()),
    defaultsOf: defaultsIn(config.map),
    now,
  }
}
