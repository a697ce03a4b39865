import { digestPath, digestSections, digestTitle } from '@logbook/contracts/digest.ts'
import type { DigestAnswer } from '@logbook/contracts/http/digest.ts'
import { escapedHtml } from '@logbook/contracts/words.ts'
import type { IssuedDigest } from '../projections/digests.ts'
import type { Addresses } from './addresses.ts'
import type { FeedEntry } from './feed.ts'

const htmlOf = (digest: DigestAnswer, addresses: Addresses): string =>
  digestSections(digest)
    .map(({ title, entries }) => {
      const items = entries.map(({ title: text, quote, note, path }) => {
        const link = `<a href="${escapedHtml(addresses.path(path))}">${escapedHtml(text)}</a>`
        const why = note === null ? '' : `<br>${escapedHtml(note)}`
        return `<li>${link}${quote === null ? '' : `<blockquote>${escapedHtml(quote)}</blockquote>`}${why}</li>`
      })
      return `<h2>${escapedHtml(title)}</h2>\n<ul>\n${items.join('\n')}\n</ul>`
    })
    .join('\n')

const summaryOf = (digest: DigestAnswer): string =>
  digestSections(digest)
    .flatMap(({ entries }) => entries.map(({ title }) => title))
    .join(' · ')

/** A digest as an entry of a feed. */
export const entryOfDigest = (
  { eventId, issuedAt }: IssuedDigest,
  digest: DigestAnswer,
  addresses: Addresses,
): FeedEntry => ({
  id: eventId,
  url: addresses.path(digestPath(digest.week)),
  title: digestTitle(digest),
  summary: summaryOf(digest),
  html: htmlOf(digest, addresses),
  authorName: null,
  authorUrl: null,
  tags: [],
  publishedAt: issuedAt,
  updatedAt: issuedAt,
})
