import { useState } from 'react'
import { Cover } from '../posts/cover.tsx'

const isAddress = (typed: string): boolean => /^(?:https?:\/\/.|\/)/.test(typed)

interface ShownCoverProps {
  /** As it was typed: it need not lead to a picture. */
  address: string
  alt: string
  className: string
}

const Shown = ({ address, alt, className }: ShownCoverProps) => {
  const [isMissing, setMissing] = useState(false)
  if (isMissing)
    return (
      <p className="hint" data-kind="rejected" role="status">
        There is no picture at the address of the cover.
      </p>
    )
  return (
    <div onErrorCapture={() => setMissing(true)}>
      <Cover
        address={address}
        alt={alt}
        className={className}
        sizes="(min-width: 45rem) 42rem, 100vw"
        plainWidthMax={1280}
        ratio={{ width: 3, height: 2 }}
        loads="at once"
      />
    </div>
  )
}

/** The cover of a post that is being written; nothing until there is an address. */
export const ShownCover = (props: ShownCoverProps) =>
  isAddress(props.address) ? <Shown key={props.address} {...props} /> : null
