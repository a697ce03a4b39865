import { Refused } from '@logbook/chassis/start/command-line.ts'
import { moveStorage } from '../storage/move.ts'
import { openStorage } from '../storage/open-storage.ts'
import type { Storage } from '../storage/storage.ts'

interface BackUp {
  from: Storage
  to: Storage
}

export interface BackedUp {
  objects: number
  copied: number
  copiedBytes: number
  /** Objects deleted from the copy because they are no longer in the storage, such as those of erased people. */
  removed: number
}

const isEmpty = async (storage: Storage): Promise<boolean> => {
  for await (const _ of storage.list('')) return false
  return true
}

/** Makes a copy the same as the storage. What the copy has already is compared, and not sent again. Throws `Damaged` for an object that comes back changed, and `Refused` where the storage has none and the copy some. */
const backUpStorage = async ({ from, to }: BackUp): Promise<BackedUp> => {
  const { objects, copied, copiedBytes } = await moveStorage({
    from,
    to,
    remove: false,
    onProgress: () => {},
  })
  // A disk that is not mounted looks like that.
  if (objects === 0 && !(await isEmpty(to)))
    throw new Refused(
      'The storage has no object, and its copy has some. Nothing was removed: is its disk mounted?',
    )
  let removed = 0
  for await (const { key } of to.list(''))
    if ((await from.size(key)) === null) {
      await to.remove(key)
      removed++
    }
  return { objects, copied, copiedBytes, removed }
}

/** The same between two places as settings name them. */
export const backUpPlaces = async (
  { from, to }: Record<keyof BackUp, string>,
  env: NodeJS.ProcessEnv,
): Promise<BackedUp> => {
  const [source, copy] = [openStorage(from, env), openStorage(to, env)]
  try {
    return await backUpStorage({ from: source, to: copy })
  } finally {
    await Promise.all([source.close(), copy.close()])
  }
}
