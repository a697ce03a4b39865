import { isForNext, partsOfKey } from '../domain/object-keys.ts'
import type { Objects } from '../read-model/objects.ts'
import type { View } from '../read-model/view.ts'
import type { Storage } from './storage.ts'

export interface CheckOptions {
  storage: Pick<Storage, 'list' | 'size'>
  objects: Pick<Objects, 'all' | 'isNeeded'>
  view: Pick<View, 'one'>
}

/** The result of a check of the storage. Both lists are sorted by key. */
export interface Checked {
  objects: number
  bytes: number
  /** Objects named in the log that are missing in the storage or have another length. */
  missing: { key: string; bytes: number }[]
  /** Objects in the storage that no event names, without those that a worker is storing or the next attempt may continue. */
  unknown: { key: string; bytes: number }[]
}

/** Compares the objects in the storage with those named in the log. */
export const checkStorage = async ({ storage, objects, view }: CheckOptions): Promise<Checked> => {
  const stored = new Map<string, number>()
  for await (const { key, bytes } of storage.list('')) stored.set(key, bytes)
  const named = objects.all()
  const missing: typeof named = []
  for (const object of named) {
    const { key, bytes } = object
    if (stored.get(key) === bytes) continue
    // It may have come while the list was read, or have gone with its medium.
    if ((await storage.size(key)) !== bytes && objects.isNeeded(key)) missing.push(object)
  }
  for (const { key } of named) stored.delete(key)
  const isUnderWay = (key: string): boolean => {
    const { id = '', lease = 0 } = partsOfKey(key) ?? {}
    const medium = view.one(id)
    if (medium === undefined) return false
    return (medium.status === 'claimed' && lease >= medium.lease) || isForNext(key, medium)
  }
  const unknown = [...stored].filter(([key]) => !isUnderWay(key)).map(([key, bytes]) => ({ key, bytes }))
  return {
    objects: named.length,
    bytes: named.reduce((sum, { bytes }) => sum + bytes, 0),
    missing: missing.map(({ key, bytes }) => ({ key, bytes })),
    unknown: unknown.sort((one, other) => (one.key < other.key ? -1 : 1)),
  }
}
