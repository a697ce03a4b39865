import type { MetaDescriptor } from 'react-router'
import { type Article, type HeadImage, headOf } from '../page/head.ts'
import { blogIn, type Matches, pageTitle } from '../page/title.ts'
import { asOfIn, momentInWords, withoutAsOf } from './as-of.ts'

type PageAddress = Parameters<typeof withoutAsOf>[0]

/** A page that can be read as of a moment. */
interface Page {
  /** What it is called; undefined for the blog itself. */
  title: string | undefined
  description: string
  /** Its one address; where the page stands unless told otherwise. */
  path?: string
  image?: HeadImage | null
  article?: Article
  /** What Open Graph calls it, where it is no article. */
  type?: 'profile'
  feeds?: readonly MetaDescriptor[]
}

const noIndex: MetaDescriptor = { name: 'robots', content: 'noindex' }

/** Its own address is without all that only says what is shown of it or done there. */
const ownPath = ({ pathname, search }: PageAddress): string => {
  const cursor = new URLSearchParams(search).get('cursor')
  return cursor === null ? pathname : `${pathname}?${new URLSearchParams({ cursor })}`
}

const isVariant = ({ search }: PageAddress): boolean =>
  [...new URLSearchParams(search).keys()].some((name) => name !== 'cursor')

/**
 * The head of a page: in the present it names its canonical address, and is not indexed under another. In the past its title says so, search engines are sent to the same page of the present, and it
 * has no feeds.
 */
export const pageMeta = (
  { location, matches }: { location: PageAddress; matches: Matches },
  { title, feeds = [], path, ...page }: Page,
): MetaDescriptor[] => {
  const { publicUrl, title: blogTitle, timeZone } = blogIn(matches)
  const whole = title === undefined ? blogTitle : pageTitle(matches, title)
  const canonical = (own: string): MetaDescriptor => ({
    tagName: 'link',
    rel: 'canonical',
    href: new URL(own, publicUrl).href,
  })
  const asOf = asOfIn(location)
  if (asOf !== null) {
    const moment = momentInWords(asOf, timeZone)
    const dated = moment ? `${whole}, as of ${moment}` : whole
    const description = { name: 'description', content: page.description }
    return [{ title: dated }, description, noIndex, canonical(path ?? withoutAsOf(location))]
  }
  const own = path ?? ownPath(location)
  return [
    { title: whole },
    ...headOf({ ...page, title: title ?? blogTitle, publicUrl, path: own, blogTitle }),
    ...feeds,
    canonical(own),
    ...(isVariant(location) ? [noIndex] : []),
  ]
}
