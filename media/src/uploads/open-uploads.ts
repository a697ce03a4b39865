import type { Upload } from '@tus/utils'

/** Whose uploads are open, and how large they will be. `''` is the operator. */
export const createOpenUploads = () => {
  const known = new Map<string, { owner: string; bytes: number }>()
  return {
    note({ id, metadata, size = 0 }: Upload): void {
      known.set(id, { owner: metadata?.owner ?? '', bytes: size })
    },
    forget: (id: string): void => void known.delete(id),
    ownerOf: (id: string): string | undefined => known.get(id)?.owner,
    count: (): number => known.size,
    idsOf: (owner: string): string[] =>
      [...known].filter(([, each]) => each.owner === owner).map(([id]) => id),
    /** Bytes that a person's open uploads will need, and how many there are. */
    of(owner: string): { count: number; bytes: number } {
      const own = [...known.values()].filter((each) => each.owner === owner)
      return { count: own.length, bytes: own.reduce((sum, { bytes }) => sum + bytes, 0) }
    },
  }
}
