import type { FieldError } from '@logbook/contracts/problems.ts'
import type { z } from 'zod'
import { Problem } from '../problem.ts'
import { wording } from './wording.ts'

const fieldErrors = (error: z.core.$ZodError): FieldError[] =>
  error.issues.flatMap((issue) => {
    const path = issue.path.map(String)
    // Each unknown key is an error of its own, so that the answer names the field.
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'is not known here' }))
    return [{ path: path.join('.'), message: issue.message }]
  })

type Looked<Data> =
  | { success: true; data: Data }
  /** `detail` has all errors in a line. */
  | { success: false; errors: FieldError[]; detail: string }

/** What the schema makes of the input, or every field that is wrong. */
export const look = <Schema extends z.ZodType>(schema: Schema, input: unknown): Looked<z.output<Schema>> => {
  const parsed = schema.safeParse(input, { error: wording })
  if (parsed.success) return { success: true, data: parsed.data }
  const errors = fieldErrors(parsed.error)
  const detail = errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ')
  return { success: false, errors, detail }
}

/** Returns what the schema makes of the input, or throws `invalid` with every wrong field named. */
export const validate = <Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> => {
  const looked = look(schema, input)
  if (looked.success) return looked.data
  const { errors, detail } = looked
  throw new Problem('invalid', { detail: detail.slice(0, 1_000), errors: errors.slice(0, 50) })
}
