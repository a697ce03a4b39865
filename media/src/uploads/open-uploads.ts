import type { Upload } from '@tus/utils'

interface OpenUpload {
  owner: string
  /** How large it will be. */
  bytes: number
  offset: number
  /** Since when it has had so many bytes, by the steady clock. */
  stillSinceMs: number
}

/** Whose uploads are open, and how large they will be. `''` is the operator. */
export const createOpenUploads = () => {
  const uploads = new Map<string, OpenUpload>()
  return {
    note({ id, metadata, offset, size = 0 }: Upload, steadyMs: number): void {
      const before = uploads.get(id)
      const stillSinceMs = before?.offset === offset ? before.stillSinceMs : steadyMs
      uploads.set(id, { owner: metadata?.owner ?? '', bytes: size, offset, stillSinceMs })
    },
    forget: (id: string): void => void uploads.delete(id),
    /** For how long no byte has come while this process looked. */
    stillMs: (id: string, steadyMs: number): number => steadyMs - (uploads.get(id)?.stillSinceMs ?? steadyMs),
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
