import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { type Effect, receiverText } from '../domain/notice.ts'

export type IsOvertaken = (effect: Pick<Effect, 'channel' | 'receiver' | 'position'>) => boolean

/** True if a later event has an effect for the same receiver by the same channel that is still to be sent. */
export const overtakenIn = (db: Database): IsOvertaken => {
  const later = db
    .prepare<[string, string, number], number>(
      `SELECT EXISTS (SELECT 1 FROM effect WHERE state IN ('waiting', 'sending') AND channel = ? AND receiver = ? AND position > ?)`,
    )
    .pluck()
  return ({ channel, receiver, position }) => later.get(channel, receiverText(receiver), position) === 1
}
