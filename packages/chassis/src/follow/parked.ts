import { type ParkedAnswer, type ParkedItem, parkedQuestion } from '@logbook/contracts/http/parked.ts'
import { validate } from '../http/validate.ts'

/** Work that was given up after its last attempt, and is kept until it is retried. */
export interface ParkedWork {
  /** `limit` items at most. */
  list(limit: number): ParkedItem[] | Promise<ParkedItem[]>
  /** Tries an item again, or all without an id. Resolves to how many were tried; 0 where there is no such item. */
  retry(id?: string): number | Promise<number>
}

const itemsMax = 200
const reasonCharsMax = 500

/** Several kinds of work as one, asked for at each call. The ids of a kind begin with its name and a dash. */
export const parkedKinds = (kinds: () => Readonly<Record<string, ParkedWork | undefined>>): ParkedWork => {
  const known = () => Object.entries(kinds()).flatMap(([kind, work]) => (work ? [{ kind, work }] : []))
  return {
    async list(limit) {
      const lists = known().map(async ({ kind, work }) =>
        (await work.list(limit)).map((item) => ({ ...item, id: `${kind}-${item.id}` })),
      )
      return (await Promise.all(lists)).flat().slice(0, limit)
    },
    async retry(id) {
      const asked = known().filter(({ kind }) => id === undefined || id.startsWith(`${kind}-`))
      const tried = asked.map(({ kind, work }) => work.retry(id?.slice(kind.length + 1)))
      return (await Promise.all(tried)).reduce((sum, count) => sum + count, 0)
    },
  }
}

/** Answers a question of `parkedTopic`. Throws `invalid`. */
export const answerParked = async (work: ParkedWork, data: unknown): Promise<ParkedAnswer> => {
  const asked = validate(parkedQuestion, data)
  const retried = asked.do === 'retry' ? await work.retry(asked.id) : 0
  const items = await work.list(itemsMax + 1)
  const shown = items.slice(0, itemsMax)
  return {
    items: shown.map((item) => ({ ...item, reason: item.reason.slice(0, reasonCharsMax) })),
    more: items.length > itemsMax,
    retried,
  }
}
