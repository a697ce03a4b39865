import type { WorkAnswer } from '@logbook/contracts/http/media.ts'
import { type OpenStorage, openStorage } from '../storage/open-storage.ts'

interface PlacesOptions {
  /** Where this worker finds files, whatever a job says. */
  own: string | undefined
  /** The keys that open a bucket. They come from the environment of this worker alone. */
  env: NodeJS.ProcessEnv
}

/** The storage of each job: the one that the service names with it. The last one stays open for the next job. */
export const createPlaces = ({ own, env }: PlacesOptions) => {
  let open: { location: string; storage: OpenStorage } | undefined
  return {
    /** Throws a ConfigError where neither the job nor this worker names a storage. */
    async of({ storage: named = '' }: Pick<WorkAnswer, 'storage'>): Promise<OpenStorage> {
      const location = own ?? named
      if (open?.location === location) return open.storage
      await open?.storage.close()
      open = { location, storage: openStorage(location, env) }
      return open.storage
    },
    close: async (): Promise<void> => open?.storage.close(),
  }
}
