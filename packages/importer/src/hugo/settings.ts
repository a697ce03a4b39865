import type { OldSite } from '../addresses.ts'
import { isMap, type YamlMap, yamlMap, yamlText } from '../jekyll/yaml.ts'
import { navigationOf } from '../navigation.ts'
import { checkSettings, type FoundSettings } from '../settings.ts'
import type { HugoConfig } from './config.ts'

/** The links of a site's main menu by their weight; those without one come last. */
const mainMenu = (map: YamlMap): unknown[] => {
  const menus = yamlMap(map, 'menus') ?? yamlMap(map, 'menu') ?? {}
  const links = Array.isArray(menus.main) ? menus.main.filter(isMap) : []
  const weight = (link: YamlMap) => Number(yamlText(link, 'weight')) || Number.MAX_SAFE_INTEGER
  return links
    .map((link) => ({
      name: yamlText(link, 'name') || yamlText(link, 'identifier'),
      url: yamlText(link, 'url') || yamlText(link, 'pageref'),
      weight: weight(link),
    }))
    .toSorted((one, other) => one.weight - other.weight)
}

/** What the configuration says of the blog. */
export const hugoSettings = (
  { map, path }: HugoConfig,
  leading: { site: OldSite; rewrite: (address: string) => string },
): FoundSettings => {
  const params = yamlMap(map, 'params') ?? {}
  const language = yamlText(map, 'defaultcontentlanguage') || 'en'
  const own = yamlMap(yamlMap(map, 'languages') ?? {}, language) ?? {}
  const text = (...names: string[]) =>
    [map, own, params]
      .flatMap((each) => names.map((name) => yamlText(each, name)))
      .find((each) => each.trim() !== '')
  const { base } = leading.site
  const within = (address: string) =>
    /^\/(?!\/)/.test(address) && !`${address}/`.startsWith(`${base}/`) ? `${base}${address}` : address
  const { navigation, faults } = navigationOf(mainMenu({ ...own, ...map }), {
    site: leading.site,
    rewrite: (address) => leading.rewrite(within(address)),
  })
  const said = {
    title: text('title'),
    description: text('description', 'subtitle', 'tagline'),
    language: text('languagecode', 'locale', 'defaultcontentlanguage'),
    timeZone: text('timezone'),
    navigation: navigation.length === 0 ? undefined : navigation,
  }
  const found = checkSettings(said, path)
  return { ...found, faults: [...found.faults, ...faults] }
}
