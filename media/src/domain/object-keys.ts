/** Key prefix of the objects that one lease of a medium stores. Unique per lease, so that a stale worker overwrites nothing. */
export const keyPrefixOf = (id: string, lease: number): string => `${folderOf(id)}${lease}-`

/** True for the names of variants that are cut around the focal point. */
export const isCrop = (variant: string): boolean => variant === 'card.jpg'

/** Key prefix of all objects of a medium. It begins with the last characters of the id, which are random. */
export const folderOf = (id: string): string => `${id.slice(-2)}/${id}/`

/** What a lease names the file that it fetches by link, and what another lease must know to continue it. */
export const sourceKeyOf = (prefix: string): string => `${prefix}source`
export const begunKeyOf = (prefix: string): string => `${prefix}source.json`

/** True for what an attempt has stored of a file by link, while another attempt may continue it. */
export const isForNext = (key: string, { status, made }: { status: string; made: unknown }): boolean =>
  /-source(?:\.json)?$/.test(key) && made === null && (status === 'waiting' || status === 'claimed')

const keyPattern = /^[0-9a-f]{2}\/([0-9a-f-]{36})\/(\d{1,9})-/

/** The medium and the lease that stored an object; lease 0 is an upload. Undefined for a key of another form. */
export const partsOfKey = (key: string): { id: string; lease: number } | undefined => {
  const [, id, lease] = keyPattern.exec(key) ?? []
  return id === undefined ? undefined : { id, lease: Number(lease) }
}
