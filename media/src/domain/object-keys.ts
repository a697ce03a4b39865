/** Key prefix of the objects that one lease of a medium stores. Unique per lease, so that a stale worker overwrites nothing. */
export const keyPrefixOf = (id: string, lease: number): string => `${folderOf(id)}${lease}-`

/** True for the names of variants that are cut around the focal point. */
export const isCrop = (variant: string): boolean => variant === 'card.jpg'

/** Key prefix of all objects of a medium. It begins with the last characters of the id, which are random. */
export const folderOf = (id: string): string => `${id.slice(-2)}/${id}/`

const keyPattern = /^[0-9a-f]{2}\/([0-9a-f-]{36})\/(\d{1,9})-/

/** The medium and the lease that stored an object; lease 0 is an upload. Undefined for a key of another form. */
export const partsOfKey = (key: string): { id: string; lease: number } | undefined => {
  const [, id, lease] = keyPattern.exec(key) ?? []
  return id === undefined ? undefined : { id, lease: Number(lease) }
}
