import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type OldSite, oldSiteOf } from '../addresses.ts'
import { oneLine } from '../fields.ts'
import { readBounded } from '../jekyll/scan-folder.ts'
import { isMap, saysYes, type YamlMap, yamlMap, yamlText, yamlTexts } from '../jekyll/yaml.ts'
import { parseData } from './data.ts'

const endings = ['toml', 'yaml', 'yml', 'json']
const mainFiles = ['', 'config/_default/'].flatMap((folder) =>
  ['hugo', 'config'].flatMap((name) => endings.map((ending) => `${folder}${name}.${ending}`)),
)

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  )

/** Whether a folder is a blog of Hugo: `content`, and configuration or what `hugo new site` makes. */
export const isHugoFolder = async (folder: string): Promise<boolean> => {
  const names = new Set(await readdir(folder))
  if (!names.has('content') || names.has('_posts') || names.has('_config.yml')) return false
  if (names.has('archetypes') || names.has('themes')) return true
  for (const path of mainFiles) if (await isFile(join(folder, path))) return true
  return false
}

/** The configuration of a site, and why it could not be read. */
export interface HugoConfig {
  path: string
  map: YamlMap
  faults: readonly { where: string; reason: string }[]
}

/** Reads the configuration in one file, or in the files of `config/_default`. */
export const readHugoConfig = async (folder: string): Promise<HugoConfig> => {
  const faults: { where: string; reason: string }[] = []
  const read = async (path: string): Promise<unknown> => {
    if (!(await isFile(join(folder, path)))) return undefined
    try {
      return parseData(path, await readBounded(join(folder, path)))
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      faults.push({ where: path, reason: `${reason}; what it says is not known` })
      return undefined
    }
  }
  let found: { path: string; map: YamlMap } = { path: 'hugo.toml', map: {} }
  for (const path of mainFiles) {
    const map = await read(path)
    if (!isMap(map)) continue
    found = { path, map }
    break
  }
  const parts: Record<string, unknown> = {}
  for (const name of ['params', 'menus', 'menu', 'permalinks'])
    for (const ending of endings) {
      const part = await read(`config/_default/${name}.${ending}`)
      if (part !== undefined) parts[name] = part
    }
  return { path: found.path, map: { ...found.map, ...parts }, faults }
}

/** What all texts of a site need to know of it. */
export interface HugoSite {
  identity: string
  old: OldSite
  author: string
  /** Sections whose texts are posts; all, where the site does not say. */
  mainSections: readonly string[]
  /** Patterns of addresses by section. */
  permalinks: ReadonlyMap<string, string>
  isUgly: boolean
  keepsCase: boolean
  now: Date
}

const patternsIn = (map: YamlMap): Map<string, string> => {
  const said = yamlMap(map, 'permalinks') ?? {}
  const pages = yamlMap(said, 'page') ?? {}
  return new Map(
    [said, pages].flatMap((each) =>
      Object.keys(each).flatMap((section) => {
        const pattern = yamlText(each, section).trim()
        return pattern === '' ? [] : [[section, pattern] as const]
      }),
    ),
  )
}

const personIn = (map: YamlMap): string => {
  const person = yamlMap(map, 'author')
  return oneLine(person === undefined ? yamlText(map, 'author') : yamlText(person, 'name'))
}

export const hugoSiteOf = (
  { map }: HugoConfig,
  {
    identity,
    address,
    first,
    now,
  }: { identity: string | undefined; address: string | undefined; first: string; now: Date },
): HugoSite => {
  const params = yamlMap(map, 'params') ?? {}
  const base = yamlText(map, 'baseurl').trim()
  // What `hugo new site` writes, until somebody sets it.
  const own = /^https?:\/\/(?:www\.)?example\.(?:org|com)\/?$/i.test(base) || base === '/' ? '' : base
  const plain = own
    .toLowerCase()
    .replace(/^(?:https?:)?\/\//, '')
    .replace(/\/+$/, '')
  return {
    identity: identity ?? (plain || `since:${first}`),
    old: oldSiteOf(address ?? own),
    author: personIn(map) || personIn(params),
    mainSections: [
      ...yamlTexts(params, 'mainsections', { words: false }),
      ...yamlTexts(map, 'mainsections', { words: false }),
    ],
    permalinks: patternsIn(map),
    isUgly: saysYes(map, 'uglyurls'),
    keepsCase: saysYes(map, 'disablepathtolower'),
    now,
  }
}
