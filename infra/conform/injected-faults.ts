import type { Random } from '../chaos/random.ts'
import { limits } from './limits.ts'

/** How often each fault occurs, from 0 to 1. All within what an at-least-once delivery with positions may do. */
export interface Chances {
  delay: number
  /** 503, as from a bus that can't write at the moment. */
  refuse: number
  /** The connection breaks before the bus has heard of the request. */
  cutBefore: number
  /** The connection breaks once the bus has done its part, or in the middle of the answer. */
  cutAfter: number
  /** The answer begins before the asked position. */
  rewind: number
  /** After an event, the last few come again, in order. */
  repeat: number
  /** A page is far smaller than the one asked for. */
  oddPage: number
  /** What is written of a stream goes out in pieces that respect nothing. */
  split: number
  /** Per event of a live stream. */
  cutLive: number
}

export const chances: Chances = {
  delay: 0.3,
  refuse: 0.05,
  cutBefore: 0.08,
  cutAfter: 0.12,
  rewind: 0.4,
  repeat: 0.15,
  oddPage: 0.6,
  split: 0.5,
  cutLive: 0.03,
}

/** Items with some of them again: after an item, the last few up to it once more. What comes last stays last. */
export const withRepeats = <Item>(
  items: readonly Item[],
  { random, repeat }: { random: Random; repeat: number },
): Item[] =>
  items.flatMap((item, index) => {
    if (!random.chance(repeat)) return [item]
    const count = random.between(1, limits.repeatedMax)
    return [item, ...items.slice(Math.max(0, index + 1 - count), index + 1)]
  })

/** The same bytes in pieces, cut anywhere: in the middle of a line, or of a character. */
export const pieces = (bytes: Buffer, random: Random): Buffer[] => {
  const cut: Buffer[] = []
  for (let from = 0; from < bytes.length; ) {
    const size = random.between(1, limits.pieceBytesMax)
    cut.push(bytes.subarray(from, from + size))
    from += size
  }
  return cut
}

/** The position that the answer begins after, where `after` was asked for. */
export const rewound = (after: number, { random, rewind }: { random: Random; rewind: number }): number =>
  random.chance(rewind) ? Math.max(0, after - random.between(1, limits.rewindMax)) : after

/** Cuts server-sent events into frames; `push` returns the whole ones, each with its empty line. */
export const frameReader = (): { push: (chunk: string) => string[] } => {
  let rest = ''
  return {
    push(chunk) {
      const parts = (rest + chunk).split('\n\n')
      rest = parts.pop() ?? ''
      return parts.map((part) => `${part}\n\n`)
    },
  }
}

/** A frame that carries an event of the log: not a heartbeat, checkpoint or the like. */
export const isEventFrame = (frame: string): boolean => /^data:/m.test(frame) && !/^event:/m.test(frame)
