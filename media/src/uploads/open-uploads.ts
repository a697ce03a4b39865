import type { Upload } from '@tus/utils'

/** Whose uploads are open, and how large they will be. `''` is the operator. */
export const createOpenUploads = () => {
  const uploads = new Map<string, { owner: string; bytes: number }>()
  return {
    note({ id, metadata, size = 0 }: Upload): void {
      uploads.set(id, { owner: metadata?.owner ?? '', bytes: size })
    },
    forget: (id: string): void => void uploads.delete(id),
    ownerOf: (id: string): string | undefined => uploads.get(id)?.owner,
    count: (): number => uploads.size,
    idsOf: (owner: string): string[] =>
      [...uploads].filter(([, each]) => each.owner === owner).map(([id]) => id),
    /** Bytes that a person's open uploads will need, and how many there are. */
    of(owner: string): { count: number; bytes: number } {
      const own = [...uploads.values()].filter((each) => each.owner === owner)
      return { count: own.length, bytes: own.reduce((sum, { bytes }) => sum + bytes, 0) }
    },
  }
}
