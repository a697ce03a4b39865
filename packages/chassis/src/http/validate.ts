import type { FieldError } from '@logbook/contracts/problems.ts'
import type { z } from 'zod'
import { Problem } from '../problem.ts'

export const fieldErrors = (error: z.core.$ZodError): FieldError[] =>
  error.issues.flatMap((issue) => {
    const path = issue.path.map(String)
    // Each unknown key is an error of its own, so that the answer names the field.
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'is not known here' }))
    return [{ path: path.join('.'), message: issue.message }]
  })

/** Returns what the schema makes of the input, or throws `invalid` with every wrong field named. */
export const validate = <Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const errors = fieldErrors(parsed.error)
  const detail = errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ')
  throw new Problem('invalid', { detail: detail.slice(0, 1_000), errors: errors.slice(0, 50) })
}
