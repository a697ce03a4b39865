import type { Upcast } from './define.ts'

type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** An upcast for data that is an object; anything else is returned as it is. */
export const lift =
  (step: (data: Fields) => Fields): Upcast =>
  (data) =>
    isFields(data) ? step(data) : data

/** Who did something to a post, or deleted a comment, was not said. */
export const byUnknown = lift((data) => ({ by: null, ...data }))
