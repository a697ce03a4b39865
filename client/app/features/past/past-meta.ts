import type { MetaDescriptor } from 'react-router'
import { type Matches, timeZoneIn } from '../page/title.ts'
import { asOfIn, momentInWords, withoutAsOf } from './as-of.ts'

type Place = Parameters<typeof withoutAsOf>[0]

const isOfThePresent = (each: MetaDescriptor): boolean =>
  'rel' in each && (each.rel === 'alternate' || each.rel === 'canonical')

const isCanonical = (each: MetaDescriptor): boolean => 'rel' in each && each.rel === 'canonical'

const noIndex: MetaDescriptor = { name: 'robots', content: 'noindex' }

/** What search engines are told of a page of the present: its own address is without all that only says what is shown of it or done there. */
const forRobots = ({ pathname, search }: Place, descriptors: readonly MetaDescriptor[]): MetaDescriptor[] => {
  const query = new URLSearchParams(search)
  const cursor = query.get('cursor')
  const isVariant = [...query.keys()].some((name) => name !== 'cursor')
  const own = cursor === null ? pathname : `${pathname}?${new URLSearchParams({ cursor })}`
  return [
    ...(descriptors.some(isCanonical) ? [] : [{ tagName: 'link', rel: 'canonical', href: own } as const]),
    ...(isVariant ? [noIndex] : []),
  ]
}

/**
 * The head of a page: in the present it names its canonical address, and is not indexed under another. In the past its title says so, search engines are sent to the same page of the present, and it
 * has no feeds.
 */
export const pageMeta = (
  { location, matches }: { location: Place; matches: Matches },
  descriptors: MetaDescriptor[],
): MetaDescriptor[] => {
  const asOf = asOfIn(location)
  if (asOf === null) return [...descriptors, ...forRobots(location, descriptors)]
  const moment = momentInWords(asOf, timeZoneIn(matches))
  const dated = descriptors
    .filter((each) => !isOfThePresent(each))
    .map((each) => ('title' in each && moment ? { title: `${each.title}, as of ${moment}` } : each))
  return [...dated, noIndex, { tagName: 'link', rel: 'canonical', href: withoutAsOf(location) }]
}
