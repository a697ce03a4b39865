import './portrait.css'
import { pictureWidths } from '@logbook/contracts/picture-widths.ts'
import { Cover } from './cover.tsx'
import { initialsOf } from './initials.ts'

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
