/** The routes that a page is made of, as `meta` gets them. */
export type Matches = readonly ({ id: string; loaderData?: unknown } | undefined)[]

/** A setting of the blog, as the root of the page was loaded with it. */
const settingIn = (matches: Matches, name: 'title' | 'timeZone'): string | undefined => {
  const root = matches.find((match) => match?.id === 'root')?.loaderData
  const settings = typeof root === 'object' && root !== null ? new Map(Object.entries(root)) : undefined
  const value: unknown = settings?.get(name)
  return typeof value === 'string' ? value : undefined
}

/** A page's title, the blog's name after it. */
export const pageTitle = (matches: Matches, title: string): string =>
  `${title} · ${settingIn(matches, 'title') ?? 'Logbook'}`

/** The blog's time zone. */
export const timeZoneIn = (matches: Matches): string => settingIn(matches, 'timeZone') ?? 'UTC'
