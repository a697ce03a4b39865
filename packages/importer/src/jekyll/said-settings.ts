import { navigationOf } from '../navigation.ts'
import { checkSettings, type FoundSettings } from '../settings.ts'
import type { Config, Site } from './site.ts'
import { isMap, type YamlMap, yamlText } from './yaml.ts'

const menuNames = ['navigation', 'nav', 'menu', 'main', 'header', 'links'] as const

/** The first list of links that is there, by its usual names. */
const menuIn = (map: YamlMap): unknown => {
  for (const name of menuNames) {
    const found = Object.hasOwn(map, name) ? map[name] : undefined
    if (Array.isArray(found) && found.some(isMap)) return found
    if (isMap(found)) return menuIn(found)
  }
  return undefined
}

interface Said {
  config: Config
  /** `_data/navigation.yml`: a list of links, or one by its name; undefined where there is none. */
  menu: unknown
  site: Site
  /** Where a link of the old site leads now. */
  rewrite: (address: string) => string
}

/** What `_config.yml` and `_data/navigation.yml` say of the blog, by the words of Jekyll and those of its themes. */
export const settingsSaid = ({ config, menu, site, rewrite }: Said): FoundSettings => {
  const { map, path } = config
  const text = (...keys: string[]) => keys.map((key) => yamlText(map, key)).find((each) => each.trim() !== '')
  const links = menuIn(map) ?? (isMap(menu) ? menuIn(menu) : menu)
  const { base } = site.old
  // Themes put `baseurl` before a path, with `relative_url`.
  const within = (address: string) =>
    /^\/(?!\/)/.test(address) && !`${address}/`.startsWith(`${base}/`) ? `${base}${address}` : address
  const leading = { site: site.old, rewrite: (address: string) => rewrite(within(address)) }
  const { navigation, faults } = navigationOf(links, leading)
  const said = {
    title: text('title', 'name'),
    description: text('description', 'tagline', 'subtitle'),
    language: text('lang', 'locale', 'language'),
    timeZone: text('timezone'),
    navigation: navigation.length === 0 ? undefined : navigation,
  }
  const found = checkSettings(said, path)
  return { ...found, faults: [...found.faults, ...faults] }
}
