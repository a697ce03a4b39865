/** Under which a lease of a medium stores: no other lease has the same, so that a stale worker overwrites nothing. */
export const keyPrefixOf = (id: string, lease: number): string => `${folderOf(id)}${lease}-`

/** All objects that belong to a medium, by the last characters of its id, which are random. */
export const folderOf = (id: string): string => `${id.slice(-2)}/${id}/`

const keyPattern = /^[0-9a-f]{2}\/([0-9a-f-]{36})\/(\d{1,9})-/

/** Of which medium an object is, and which lease stored it; 0 is an upload. Undefined for a key that is not of this service. */
export const partsOfKey = (key: string): { id: string; lease: number } | undefined => {
  const [, id, lease] = keyPattern.exec(key) ?? []
  return id === undefined ? undefined : { id, lease: Number(lease) }
}
