import { openDatabase } from '@logbook/chassis/files/sqlite.ts'
import { cases } from '@logbook/chassis/testing/cases.ts'
import { mediaSubject } from '@logbook/contracts/events/media.ts'
import { mediaClaimed, mediaRequested } from '@logbook/contracts/examples/media.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { uniqueName } from '../src/domain/file-name.ts'
import type { MediaEvent } from '../src/domain/medium.ts'
import { createApply } from '../src/read-model/apply.ts'
import { queueOf } from '../src/read-model/queue.ts'
import { mediaShownIn } from '../src/read-model/shown.ts'
import { migrations } from '../src/read-model/tables.ts'
import { viewOf } from '../src/read-model/view.ts'

const idOf = (n: number) => `01920000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`

describe('the names of a person’s files', () => {
  it('a name is looked up by an index, so that the five thousandth image.png waits for no scan', () => {
    const db = openDatabase({ file: ':memory:', migrations, durability: 'normal' })
    const rows = createApply(db)
    const ownerId = idOf(1_000)
    for (const [index, name] of ['image.png', 'image (2).png'].entries()) {
      const id = idOf(index)
      const requested = mediaRequested({ id, ownerId, name }, { subject: mediaSubject(id) })
      rows.medium({ ...(requested as MediaEvent), position: index + 1 })
    }
    const view = viewOf(db)
    expect(uniqueName('image.png', (name) => view.isNamed(ownerId, name))).toBe('image (3).png')
    const plan = db
      .prepare<[], { detail: string }>(
        "EXPLAIN QUERY PLAN SELECT 1 FROM medium WHERE owner IS 'a' AND name = 'b'",
      )
      .all()
    expect(plan.map(({ detail }) => detail).join()).toContain('medium_by_name (owner=? AND name=?)')
    db.close()
  })
})

describe('the queue', () => {
  it('the queue serves each owner once per round, in the order of their requests', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 40 }), (owners) => {
        const db = openDatabase({ file: ':memory:', migrations, durability: 'normal' })
        const [rows, queue] = [createApply(db), queueOf(db)]
        let position = 0
        const apply = (event: MediaEvent) => rows.medium({ ...event, position: ++position })
        owners.forEach((owner, index) => {
          const id = idOf(index)
          apply(
            mediaRequested({ id, ownerId: idOf(1_000 + owner) }, { subject: mediaSubject(id) }) as MediaEvent,
          )
        })
        const waiting = owners.map((owner, index) => ({ owner, id: idOf(index) }))
        const servedAt = new Map<number, number>()
        for (let turn = 0; waiting.length > 0; turn++) {
          const id = queue.next(0)
          const at = waiting.findIndex((each) => each.id === id)
          const [job] = waiting.splice(at, 1)
          if (job === undefined) throw new Error(`${id} does not wait`)
          // No other owner with waiting jobs was served longer ago, and no job of this owner came before.
          for (const other of waiting) {
            expect(servedAt.get(other.owner) ?? -1).toBeGreaterThanOrEqual(servedAt.get(job.owner) ?? -1)
            if (other.owner === job.owner) expect(other.id > job.id).toBe(true)
          }
          servedAt.set(job.owner, turn)
          apply(mediaClaimed({ id: job.id }, { subject: mediaSubject(job.id) }) as MediaEvent)
        }
        expect(queue.next(0)).toBeUndefined()
        db.close()
      }),
      cases(30),
    )
  })

  it('finding the next of ten thousand jobs costs as little as of a few', () => {
    const db = openDatabase({ file: ':memory:', migrations, durability: 'normal' })
    const [rows, queue] = [createApply(db), queueOf(db)]
    db.transaction(() => {
      for (let n = 0; n < 10_000; n++)
        rows.medium(
          mediaRequested({ id: idOf(n) }, { position: n + 1, subject: mediaSubject(idOf(n)) }) as MediaEvent,
        )
    })()
    expect(queue.next(0)).toBe(idOf(0))
    const plans = db
      .prepare<[], { detail: string }>(
        `EXPLAIN QUERY PLAN SELECT id, position FROM medium WHERE status = 'waiting' AND coalesce(owner, '') = 'x' AND retry_at = 0
         ORDER BY position`,
      )
      .all()
    expect(plans.map(({ detail }) => detail)).toEqual([expect.stringContaining('USING INDEX medium_queue')])
    db.close()
  })
})

describe('the media that a post shows', () => {
  it.each([
    [`![A heron](/media/${idOf(1)}/w640.webp)`, [idOf(1)]],
    [`<img src="https://blog.example/api/media/${idOf(1).toUpperCase()}/original">`, [idOf(1)]],
    [`/media/${idOf(1)}/a /media/${idOf(1)}/b /media/${idOf(2)}/a`, [idOf(1), idOf(2)]],
    ['/media/none/a', []],
    [`/other/${idOf(1)}/a`, []],
  ])('the media shown by a post with the content %j are %j', (content, ids) => {
    expect(mediaShownIn({ content, cover: null })).toEqual(ids)
  })

  it('the media shown by a post include its cover', () => {
    expect(mediaShownIn({ content: '', cover: `/media/${idOf(3)}/card.jpg` })).toEqual([idOf(3)])
  })
})
