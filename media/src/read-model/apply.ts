import type { Database } from '@logbook/chassis/files/sqlite.ts'
import type { EventType } from '@logbook/contracts/events/catalog.ts'
import { typesOf } from '@logbook/contracts/events/define.ts'
import { mediaEvents } from '@logbook/contracts/events/media.ts'
import type { MediaEvent } from '../domain/medium.ts'
import { createMediaRows } from './media-rows.ts'
import { createUseRows } from './uses.ts'

export const followedTypes = [
  ...typesOf(mediaEvents),
  'MediaSettingsChanged',
  'PostCreated',
  'PostUpdated',
  'UserPictured',
] as const satisfies readonly EventType[]

/** Applies events of media, and of the posts and people that show them, to the tables. Tolerates any order, repeats and unknown media. */
export const createApply = (db: Database) => {
  const rows = createMediaRows(db)
  const uses = createUseRows(db)
  const { sql, counted } = rows

  /** For events under the current lease, or under none. */
  const change = (event: Exclude<MediaEvent, { type: 'MediaRequested' | 'MediaClaimed' }>): void => {
    const { id } = event.data
    switch (event.type) {
      case 'MediaProgressed': {
        const { step, bytes, total } = event.data
        sql.progress.run({ id, progress: JSON.stringify({ step, bytes, total }) })
        break
      }
      case 'MediaFinished':
        rows.finish(event)
        break
      case 'MediaFailed':
      case 'MediaPostponed':
        rows.wait(event)
        break
      case 'MediaParked':
        {
          const { reason, fault = null } = event.data
          counted(id, () => sql.stop.run({ id, status: 'parked', reason, fault }))
        }
        sql.markGarbage.run('medium', id)
        break
      case 'MediaRetried':
        counted(id, () => sql.retry.run({ id }))
        break
      case 'MediaCancelled':
        counted(id, () => sql.stop.run({ id, status: 'cancelled', reason: 'It was cancelled.', fault: null }))
        sql.markGarbage.run('medium', id)
        break
      case 'MediaDescribed': {
        const { name, alt, focus } = event.data
        sql.describe.run({ id, name, alt, focus: focus === null ? null : JSON.stringify(focus) })
        break
      }
      case 'MediaCropRequested':
        counted(id, () => sql.crop.run({ id }))
        break
      case 'MediaRemoved':
        rows.remove(id)
        break
      default:
        event satisfies never
    }
  }

  return {
    medium(event: MediaEvent): void {
      const row = sql.row.get(event.data.id)
      if (event.type === 'MediaRequested') rows.request(event)
      else if (row === undefined) return
      else if (event.type === 'MediaClaimed') rows.claim(event)
      else if (!('lease' in event.data) || event.data.lease === row.lease) change(event)
      sql.version.run(event.version, event.data.id)
    },
    post: uses.post,
    portrait: uses.portrait,
    /** Erases a person's media from the tables. Returns true if there were any. */
    erase(personId: string): boolean {
      const ids = sql.ofOwner.all(personId)
      for (const id of ids) rows.remove(id)
      sql.forgetTurn.run(personId)
      uses.forgetPortrait(personId)
      sql.markGarbage.run('person', personId)
      return ids.length > 0
    },
  }
}
