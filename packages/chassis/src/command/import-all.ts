import type { ImportOutcome } from '@logbook/contracts/http/imports.ts'
import type { z } from 'zod'
import { look } from '../http/validate.ts'
import { Problem } from '../problem.ts'

interface Importing<Schema extends z.ZodType> {
  schema: Schema
  /** What the item becomes. The same item always becomes the same. */
  idOf: (item: z.output<Schema>) => string
  /** True where the view has what an item became: it stays then, since no stream of the log ends. */
  isHere: (id: string) => boolean
  /** Brings what an item that is here lacked when it came. False where it lacks nothing. Throws a `Problem` that says why it can't come. */
  complete?: (item: z.output<Schema>) => Promise<boolean>
  /** Imports several in one append and in their order. Throws a `Problem`, and imports none, where one is not new or can't come. */
  importNew: (items: readonly z.output<Schema>[]) => Promise<void>
  /** Imports one. False where it was there already. Throws a `Problem` that says why it can't come. */
  importOne: (item: z.output<Schema>) => Promise<boolean>
}

const keyOf = (item: unknown): string =>
  typeof item === 'object' && item !== null && 'key' in item && typeof item.key === 'string' ? item.key : ''

/** A fault of the way is the whole request's: it can be made again, and finds what was done. */
const isRefusal = (error: unknown): error is Problem => error instanceof Problem && error.status < 500

const completed = async <Schema extends z.ZodType<{ key: string }>>(
  item: z.output<Schema>,
  { idOf, complete }: Importing<Schema>,
): Promise<ImportOutcome> => {
  try {
    const isUpdated = await complete?.(item)
    return { outcome: isUpdated ? 'updated' : 'unchanged', key: item.key, id: idOf(item) }
  } catch (error) {
    if (!isRefusal(error)) throw error
    return { outcome: 'refused', key: item.key, reason: error.message }
  }
}

/** All in one append; where that is refused, each half by itself, until what is refused stands alone. */
const inHalves = async <Schema extends z.ZodType<{ key: string }>>(
  items: readonly z.output<Schema>[],
  importing: Importing<Schema>,
): Promise<ImportOutcome[]> => {
  const { idOf, importNew, importOne } = importing
  const [first] = items
  if (first === undefined) return []
  const came = (item: z.output<Schema>): ImportOutcome => ({
    ...{ outcome: 'imported', key: item.key, id: idOf(item) },
  })
  try {
    // One that the view does not have yet may be here all the same.
    if (items.length === 1)
      return [(await importOne(first)) ? came(first) : await completed(first, importing)]
    await importNew(items)
    return items.map(came)
  } catch (error) {
    if (!isRefusal(error)) throw error
    if (items.length === 1) return [{ outcome: 'refused', key: first.key, reason: error.message }]
    const middle = Math.ceil(items.length / 2)
    const before = await inHalves(items.slice(0, middle), importing)
    return [...before, ...(await inHalves(items.slice(middle), importing))]
  }
}

/**
 * Imports the items of one request, each under an id that follows from its key, so that a second time changes nothing. What is
 * here already is left as it is, or completed, and the rest comes in one append, or in few where some of it is refused; each refusal is that
 * item's alone. Of items of one moment, the later one stands later in the log. Answers for each item, in order; throws a
 * `Problem` of 500 and above, after which the same request can be made again.
 */
export const importAll = async <Schema extends z.ZodType<{ key: string }>>(
  items: readonly unknown[],
  importing: Importing<Schema>,
): Promise<ImportOutcome[]> => {
  const fresh: z.output<Schema>[] = []
  const here = new Map<number, z.output<Schema>>()
  const known = items.map((raw, index): ImportOutcome | undefined => {
    const looked = look(importing.schema, raw)
    if (!looked.success) return { outcome: 'refused', key: keyOf(raw), reason: looked.detail }
    const id = importing.idOf(looked.data)
    if (importing.isHere(id)) here.set(index, looked.data)
    else fresh.push(looked.data)
    return undefined
  })
  for (const [index, item] of here) known[index] = await completed(item, importing)
  const brought = (await inHalves(fresh, importing)).values()
  return known.map((outcome) => outcome ?? (brought.next().value as ImportOutcome))
}
