import type { BlogSettings } from '@logbook/contracts/events/settings.ts'
import type { PostPage } from '@logbook/contracts/http/query.ts'
import { knownTimeZone } from '@logbook/contracts/time-zone.ts'
import { type Card, digestOf, isPaintable } from '../../../pictures/card.ts'
import { accentsOf } from '../page/accent.ts'

/** Tokens.css has the same by day, in OKLCH. */
const accentByDefault = '#b04613'

type Shown = Pick<PostPage, 'slug' | 'kind' | 'title' | 'cover' | 'authorName' | 'publishedAt'>
type Look = Pick<BlogSettings, 'title' | 'accent' | 'timeZone'>

const paintable = (text: string | null): string => (text !== null && isPaintable(text) ? text : '')

const datelineOf = ({ kind, authorName, publishedAt }: Shown, timeZone: string): string => {
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: knownTimeZone(timeZone) })
  const date = kind === 'post' ? day.format(new Date(publishedAt)) : ''
  return [date, paintable(authorName)].filter((each) => each !== '').join(' · ')
}

export interface Picture {
  /** Another one for every card, so that previews change with the title. */
  path: string
  card: Card
}

/** The preview picture of a post without a cover; undefined where the post has one, or a title that the fonts can't show. */
export const pictureOf = (post: Shown, { title, accent, timeZone }: Look): Picture | undefined => {
  if (post.cover !== null || !isPaintable(post.title)) return undefined
  const card = {
    title: post.title,
    dateline: datelineOf(post, timeZone),
    blog: paintable(title),
    accent: accent === null ? accentByDefault : accentsOf(accent).day,
  }
  return { path: `/card/${encodeURIComponent(post.slug)}/${digestOf(card)}.png`, card }
}
