import './cover.css'
import { type FocalPoint, mediaPictureOf, variantsOffered } from '@logbook/contracts/media-address.ts'

const inTens = (part: number): number => Math.round(part * 10) * 10

/** The attributes by which the stylesheet knows a focal point; none is the middle. */
const focusAttributes = (focus: FocalPoint | null) =>
  focus === null ? {} : { 'data-x': inTens(focus.x), 'data-y': inTens(focus.y) }

/** `first`: it is what a reader waits for. */
const loading = { first: { fetchPriority: 'high' }, 'at once': {}, 'when near': { loading: 'lazy' } } as const

interface CoverProps {
  address: string
  alt: string
  className: string
  /** How wide it is shown, as `sizes` of HTML. */
  sizes: string
  /** The width of the variant for browsers without `srcset`, in pixels. */
  plainWidthMax: number
  /** Widths that are offered beside its own, where not those of a picture in a text. */
  widths?: readonly number[]
  /** Of the room it gets, for a picture whose size is not known. */
  ratio: { width: number; height: number }
  loads: keyof typeof loading
}

/** The picture of a post. One of the blog's media comes as small as the reader's screen allows. */
export const Cover = (props: CoverProps) => {
  const { address, alt, className, sizes, plainWidthMax, widths, ratio, loads } = props
  const picture = mediaPictureOf(address)
  const offered = picture && variantsOffered(picture, plainWidthMax, widths)
  const { width, height } = picture ?? ratio
  const img = (
    <img
      className={`focus ${className}`}
      {...focusAttributes(picture?.focus ?? null)}
      {...loading[loads]}
      decoding="async"
      width={width}
      height={height}
      src={offered?.src ?? address}
      alt={alt}
    />
  )
  if (!offered) return img
  return (
    <picture>
      {offered.sources.map(({ type, srcSet }) => (
        <source key={type} type={type} srcSet={srcSet} sizes={sizes} />
      ))}
      {img}
    </picture>
  )
}
