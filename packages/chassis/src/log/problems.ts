import { Problem } from '../problem.ts'

/** In the answer to an append that the disk refused: the caller is told, rather than kept waiting until there is room. */
export const refusedByDisk = { refusedBy: 'disk' } as const
export const isRefusedByDisk = ({ details: { extensions } }: Problem): boolean =>
  extensions?.refusedBy === refusedByDisk.refusedBy

/**
 * What a reader is told that has read further than the log goes: the log was replaced by an older one, and whatever the
 * reader built from it no longer follows from it.
 */
export const aheadOfLog = ({ after, head }: { after: number; head: number }): Problem =>
  new Problem('conflict', {
    detail: `The log ends at ${head}, before ${after}. It is not the log that was read before.`,
    extensions: { head },
  })
