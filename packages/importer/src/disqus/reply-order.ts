import type { Entry } from '../entry.ts'
import type { CommentPlace } from './index-export.ts'

type CommentEntry = Extract<Entry, { type: 'comment' }>

/** Gives each comment out after the one that it answers, in the order of the file as far as that allows. Only those that come before what they answer are held. */
export class ReplyOrder {
  readonly #places: Map<string, CommentPlace>
  readonly #keyOf: (id: string) => string
  readonly #came = new Set<string>()
  /** Comments that answer one which comes later in the file, by its id. */
  readonly #waiting = new Map<string, { id: string; entry: CommentEntry }[]>()

  constructor(places: Map<string, CommentPlace>, keyOf: (id: string) => string) {
    this.#places = places
    this.#keyOf = keyOf
  }

  /** The comment, and those that waited for it; nothing while the one that it answers has not come. */
  *take(id: string, entry: CommentEntry): Generator<Entry> {
    const waitsFor = this.#parentOf(id)
    if (waitsFor !== null && !this.#came.has(waitsFor)) {
      const others = this.#waitingFor(waitsFor)
      others.push({ id, entry })
      this.#waiting.set(waitsFor, others)
      return
    }
    const ready = [{ id, entry }]
    for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
      const parent = this.#parentOf(next.id)
      const parentKey = parent === null ? null : this.#keyOf(parent)
      if (parent !== (this.#places.get(next.id)?.parent ?? null))
        yield {
          type: 'note',
          where: next.entry.where,
          reason: 'answered a comment that did not come, and answers the one above it now, or none',
        }
      yield { ...next.entry, item: { ...next.entry.item, parentKey } }
      this.#came.add(next.id)
      ready.push(...this.#waitingFor(next.id))
      this.#waiting.delete(next.id)
    }
  }

  /** The comment does not come: those that waited for it answer what it answered. */
  *leaveOut(id: string): Generator<Entry> {
    const place = this.#places.get(id)
    if (place !== undefined) place.comes = false
    const waiting = this.#waitingFor(id)
    this.#waiting.delete(id)
    for (const each of waiting) yield* this.take(each.id, each.entry)
  }

  /** What still waits when all were read: comments that answer each other in a circle, or one that could not be read. */
  *rest(): Generator<Entry> {
    for (const [missing, waiting] of [...this.#waiting])
      for (const { id, entry } of waiting) {
        if (this.#came.has(id)) continue
        const place = this.#places.get(missing)
        if (place !== undefined) place.comes = false
        this.#waiting.delete(missing)
        yield* this.take(id, entry)
      }
  }

  #waitingFor(id: string): { id: string; entry: CommentEntry }[] {
    return this.#waiting.get(id) ?? []
  }

  /** The nearest comment above one that comes too, in the same thread; null for none. */
  #parentOf(id: string): string | null {
    const own = this.#places.get(id)
    const seen = new Set([id])
    for (let parent = own?.parent ?? null; parent !== null; ) {
      const place = this.#places.get(parent)
      if (place === undefined || seen.has(parent) || place.thread !== own?.thread) return null
      if (place.comes) return parent
      seen.add(parent)
      parent = place.parent
    }
    return null
  }
}
