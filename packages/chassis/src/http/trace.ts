/** A trace in the sense of W3C Trace Context: what one request set off, through all services. */
export interface Trace {
  /** 32 hexadecimal digits. */
  id: string
  /** The id of the caller's own part of it: 16 hexadecimal digits. */
  parent: string
  isSampled: boolean
}

const pattern =
  /^(?!ff)(?<version>[\da-f]{2})-(?!0{32})(?<id>[\da-f]{32})-(?!0{16})(?<parent>[\da-f]{16})-(?<flags>[\da-f]{2})(?<more>-.*)?$/

/** Reads a `traceparent`. Undefined where there is none, or one that the standard says to ignore. */
export const parseTraceparent = (value: unknown): Trace | undefined => {
  const { version, id, parent, flags, more } =
    (typeof value === 'string' && pattern.exec(value)?.groups) || {}
  if (id === undefined || parent === undefined || flags === undefined) return undefined
  // What later versions add stands behind what is known of this one.
  if (version === '00' && more !== undefined) return undefined
  return { id, parent, isSampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

/** Writes one, of the version that this code knows. */
export const traceparentOf = ({ id, parent, isSampled }: Trace): string =>
  `00-${id}-${parent}-${isSampled ? '01' : '00'}`
