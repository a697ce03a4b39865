import type { MetaDescriptor } from 'react-router'
import { asOfIn, momentInWords, withoutAsOf } from './as-of.ts'

type Place = Parameters<typeof withoutAsOf>[0]

const isOfThePresent = (each: MetaDescriptor): boolean =>
  'rel' in each && (each.rel === 'alternate' || each.rel === 'canonical')

/**
 * The head of a page: in the past its title says so, search engines are sent to the same page of the present, and it
 * has no feeds.
 */
export const pageMeta = (location: Place, descriptors: MetaDescriptor[]): MetaDescriptor[] => {
  const asOf = asOfIn(location)
  if (asOf === null) return descriptors
  const moment = momentInWords(asOf)
  const dated = descriptors
    .filter((each) => !isOfThePresent(each))
    .map((each) => ('title' in each && moment ? { title: `${each.title}, as of ${moment}` } : each))
  return [
    ...dated,
    { name: 'robots', content: 'noindex' },
    { tagName: 'link', rel: 'canonical', href: withoutAsOf(location) },
  ]
}
