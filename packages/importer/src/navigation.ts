import { bounds } from '@logbook/contracts/bounds.ts'
import type { NavigationEntry } from '@logbook/contracts/events/settings.ts'
import { putSettings } from '@logbook/contracts/http/settings.ts'
import { type OldSite, plainAddress } from './addresses.ts'
import { oneLine, shorten } from './fields.ts'

/** The names under which programs and themes keep the two parts of a link. */
const labelNames = ['label', 'title', 'name', 'text'] as const
const addressNames = ['address', 'url', 'link', 'href', 'path'] as const

const partOf = (link: object, names: readonly string[]): string => {
  const parts = new Map<string, unknown>(Object.entries(link))
  const found = names.map((name) => parts.get(name)).find((each) => typeof each === 'string')
  return typeof found === 'string' ? found : ''
}

/** Pages that every Logbook has, by the paths at which blogs usually have theirs. */
const pagesHere: ReadonlyMap<string, string> = new Map([
  ['', '/'],
  ['/archive', '/archive'],
  ['/archives', '/archive'],
  ['/tags', '/tags'],
  ['/search', '/search'],
])

interface Leading {
  site: OldSite
  rewrite: (address: string) => string
}

/** Where a link should lead: to a text that comes along, to a page that is here too, else where it led. */
const leadOf = (address: string, { site, rewrite }: Leading): string => {
  const rewritten = rewrite(address)
  if (rewritten.startsWith('/posts/')) return rewritten
  const whole = plainAddress(address.startsWith('/') ? `${site.origin}${address}` : address)
  const homes = [plainAddress(`${site.origin}${site.base}`), plainAddress(site.origin)]
  for (const home of homes)
    if (whole === home || whole.startsWith(`${home}/`)) {
      const here = pagesHere.get(whole.slice(home.length))
      if (here !== undefined && (site.origin !== '' || address.startsWith('/'))) return here
    }
  return rewritten
}

/** The links of a menu, in their order, as Logbook takes them; `faults` name those that it can't. Links within links are left out. */
export const navigationOf = (
  menu: unknown,
  leading: Leading,
): { navigation: NavigationEntry[]; faults: string[] } => {
  const navigation: NavigationEntry[] = []
  const faults: string[] = []
  for (const link of Array.isArray(menu) ? menu : []) {
    if (typeof link !== 'object' || link === null) continue
    const label = shorten(oneLine(partOf(link, labelNames)), bounds.navigationLabelCharsMax)
    const written = partOf(link, addressNames).trim()
    if (written === '') continue
    const entry = { label, address: leadOf(written, leading) }
    const read = putSettings.shape.navigation.safeParse([entry])
    if (!read.success)
      faults.push(`navigation: “${label}” ${read.error.issues[0]?.message ?? 'is none'}; it was left out`)
    else if (navigation.length < bounds.navigationEntriesMax) navigation.push(...(read.data ?? []))
    else faults.push(`navigation: “${label}” is one link too many; it was left out`)
  }
  return { navigation, faults }
}
