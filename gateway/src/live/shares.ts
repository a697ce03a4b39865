import type { ServerResponse } from 'node:http'
import { Problem } from '@logbook/chassis/problem.ts'

const retryAfterSeconds = 30

/** Counts streams, altogether and by network. */
export const createShares = ({ max, perNetworkMax }: { max: number; perNetworkMax: number }) => {
  const perNetwork = new Map<string, number>()
  let all = 0
  return {
    /**
     * Counts a stream until its answer is closed; without a network it has no share to keep to. Throws `too-many` where its network has
     * its share, and `unavailable` where all are given.
     */
    take(res: ServerResponse, network: string | undefined): void {
      const ofNetwork = network === undefined ? 0 : (perNetwork.get(network) ?? 0)
      if (ofNetwork >= perNetworkMax)
        throw new Problem('too-many', {
          detail: 'Too many browsers of your network are watching.',
          retryAfter: retryAfterSeconds,
        })
      if (all >= max)
        throw new Problem('unavailable', {
          detail: 'Too many watchers at the moment.',
          retryAfter: retryAfterSeconds,
        })
      all++
      if (network !== undefined) perNetwork.set(network, ofNetwork + 1)
      res.once('close', () => {
        all--
        if (network === undefined) return
        const left = (perNetwork.get(network) ?? 1) - 1
        if (left === 0) perNetwork.delete(network)
        else perNetwork.set(network, left)
      })
    },
  }
}
