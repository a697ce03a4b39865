import type { Readable } from 'node:stream'

/** Whole bytes of an object, inclusive at both ends, as in an HTTP range. `start` <= `end` < the object's length. */
export interface ByteRange {
  start: number
  end: number
}

/** What was stored: the SHA-256 of all bytes in lower-case hex, and their number. */
export interface Stored {
  sha256: string
  bytes: number
}

/**
 * Where the bytes of media lie: objects by key. A key is slash-separated names of `[a-z0-9._-]`, none of them `.` or `..`; another key is
 * refused with a `TypeError`. Every engine passes the same conformance suite.
 */
export interface Storage {
  /**
   * Stores all bytes of `source` under `key`, in place of what was there. A reader sees the old object or the new one, and the new one only
   * when it is complete and synced: a source that fails, an abort or more than `maxBytes` leave nothing behind and throw. `file` is where
   * the bytes of `source` are, in a file that does not change any more and of which no error of a sync was ignored: an engine may use it
   * in place of a copy.
   */
  put(
    key: string,
    source: AsyncIterable<Uint8Array>,
    options?: { signal?: AbortSignal; maxBytes?: number; isSalvaged?: boolean; file?: string },
  ): Promise<Stored>
  /**
   * Makes the beginning of an object whose writer was killed readable under its key, as far as it is surely on the disk. Only for a `put`
   * with `isSalvaged`, under a key that no other writes. Absent from engines that keep nothing of it.
   */
  salvage?(key: string): Promise<void>
  /** `bytes` is the length of the whole object, also where only a range is streamed. Null for an unknown key. */
  get(key: string, range?: ByteRange): Promise<{ bytes: number; stream: Readable } | null>
  /** The length in bytes, null for an unknown key. */
  size(key: string): Promise<number | null>
  /** Removing an unknown key does nothing. */
  remove(key: string): Promise<void>
  /** Complete objects whose key begins with `prefix`, in no certain order. */
  list(prefix: string): AsyncIterable<{ key: string; bytes: number }>
}
