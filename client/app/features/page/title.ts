import type { MetaDescriptor } from 'react-router'

/** The routes that a page is made of, as `meta` gets them. */
export type Matches = readonly ({ id: string; loaderData?: unknown } | undefined)[]

const fallback = {
  title: 'Logbook',
  description: '',
  timeZone: 'UTC',
  language: 'en',
  publicUrl: 'http://localhost:3000',
}

/** The blog, as the root of the page was loaded with it. */
export const blogIn = (matches: Matches): typeof fallback => {
  const root = matches.find((match) => match?.id === 'root')?.loaderData
  const loaded = new Map(Object.entries(typeof root === 'object' && root !== null ? root : {}))
  const known = Object.entries(fallback).map(([name, otherwise]) => {
    const value: unknown = loaded.get(name)
    return [name, typeof value === 'string' ? value : otherwise]
  })
  return Object.fromEntries(known)
}

/** A page's title, followed by the blog's title. */
export const pageTitle = (matches: Matches, title: string): string => `${title} · ${blogIn(matches).title}`

/** The head of a page that search engines must not list. */
export const roomMeta = (matches: Matches, title: string): MetaDescriptor[] => [
  { title: pageTitle(matches, title) },
  { name: 'description', content: `${title}: a page of ${blogIn(matches).title}.` },
  { name: 'robots', content: 'noindex' },
]
