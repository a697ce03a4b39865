import { systemIds } from '@logbook/chassis/ids.ts'
import type { OutgoingEvent } from '@logbook/chassis/log/bus.ts'

/** Makes events one after another: comments of the usual length, about 600 bytes as they stand in the log, each a new stream. */
export const eventMaker = (): (() => OutgoingEvent) => {
  // Rising ids like UUIDv7's, but cheap, since every load pays for making them.
  const prefix = systemIds.next().slice(0, 24)
  let count = 0
  return () => {
    count += 1
    const id = `${prefix}${count.toString(16).padStart(12, '0')}`
    const content = `${count} ${'words of a comment '.repeat(10)}`
    return {
      id,
      type: 'CommentCreated',
      source: '/comments',
      subject: `comment-${id}`,
      expectedversion: 'none',
      correlationid: id,
      data: { id, postId: id, content, status: 'pending' },
    }
  }
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** The value under which that share of the values lie. */
export const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ??
  Number.NaN
