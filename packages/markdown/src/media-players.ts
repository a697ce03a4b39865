import { mediaRecordingOf } from '@logbook/contracts/media-address.ts'
import type { Element } from 'hast'
import { captionOf, figureWith } from './figures.ts'
import { isBlank, lineOf } from './words.ts'

/**
 * The figure of a recording that a paragraph consists of: one link to an audio or video file of this blog's media, with a title or an
 * emphasised line below it as its caption. It loads nothing before it is played. Undefined for any other paragraph: a link among words
 * stays a link.
 */
export const playerOf = ({ children }: Element): Element | undefined => {
  const [link, ...below] = children.filter((child) => !isBlank(child))
  if (link?.type !== 'element' || link.tagName !== 'a') return undefined
  const recording = mediaRecordingOf(String(link.properties.href ?? ''))
  const caption = recording && captionOf(link, below)
  if (recording === undefined || caption === undefined) return undefined
  const { kind, src, poster } = recording
  const name = lineOf(link)
  const shown = poster === null ? {} : { poster: poster.src, width: poster.width, height: poster.height }
  // Browsers that can't play it, and feed readers, show the link.
  const fallback: Element = { ...link, properties: { href: src } }
  const properties = { ...(name ? { ariaLabel: name } : {}), controls: true, preload: 'none', ...shown, src }
  return figureWith({ type: 'element', tagName: kind, properties, children: [fallback] }, caption)
}
