import './portrait.css'
import { pictureWidths } from '@logbook/contracts/picture-widths.ts'
import { Cover } from './cover.tsx'

const words = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
/** The first character as readers see it. Segmenting a word takes as long as rendering its portrait, and most names need none of it. */
const firstOf = (word: string): string =>
  /^[A-Za-z](?=[A-Za-z]|$)/.exec(word)?.[0] ??
  words.segment(word)[Symbol.iterator]().next().value?.segment ??
  ''

/** The first letters of the first and the last word of a name. */
export const initialsOf = (name: string): string => {
  const parts = name.split(/[\s\-–—_.]+/).filter((part) => /[\p{L}\p{N}]/u.test(part))
  const [first = '', last = ''] = [parts[0], parts.length > 1 ? parts.at(-1) : '']
  return `${firstOf(first)}${firstOf(last)}`.toUpperCase()
}

interface PortraitProps {
  name: string
  /** The address of a picture of the blog's media; null shows initials. */
  picture: string | null
  size?: 'large'
}

/** The picture of a person beside their name, which says all that it does. A picture that does not load leaves the initials. */
export const Portrait = ({ name, picture, size }: PortraitProps) => (
  <span className="portrait" data-size={size} aria-hidden="true">
    {initialsOf(name)}
    {picture === null ? null : (
      <Cover
        {...{ address: picture, alt: '', className: 'portrait-picture', loads: 'when near' }}
        {...{ sizes: size === 'large' ? '4.5rem' : '1.5rem', plainWidthMax: size === 'large' ? 320 : 96 }}
        widths={pictureWidths.portrait}
        ratio={{ width: 1, height: 1 }}
      />
    )}
  </span>
)
