import { createHash } from 'node:crypto'
import { Problem } from '../problem.ts'
import { KeyRing, type KeySource } from '../sealing/key-ring.ts'

/** Keys in memory, for tests: they follow from the ids, so that two runs seal alike. */
export const memoryKeys = () => {
  const erased = new Set<string>()
  const made = new Set<string>()
  const requests: string[][] = []
  let away = false
  const source: KeySource = {
    async fetch(ids, { create }) {
      if (away) throw new Problem('unavailable', { detail: 'The keys are away.' })
      requests.push([...ids])
      return ids.map((id) => {
        if (erased.has(id)) return { id, state: 'erased', key: null }
        if (create) made.add(id)
        if (!made.has(id)) return { id, state: 'unknown', key: null }
        return { id, state: 'live', key: createHash('sha256').update(id).digest('base64') }
      })
    },
  }
  return {
    source,
    /** A ring of its own, as each service has one. It gives up at once where the keys are away. */
    ring: () => new KeyRing(source, { tryMsMax: 0 }),
    erase: (id: string) => void erased.add(id),
    /** As if the key store had been lost. */
    lose: () => made.clear(),
    /** False: the service that has the keys does not answer. */
    answering(yes: boolean) {
      away = !yes
    },
    /** The ids of each request so far. */
    requests,
  }
}
