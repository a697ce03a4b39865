import { z } from 'zod'

/** Every way in which a Logbook service says no (RFC 9457). Closed: the table of HTTP statuses is the chassis'. */
export const problemCodes = [
  'bad-json',
  'bad-encoding',
  'bad-form',
  'invalid',
  'unauthenticated',
  'forbidden',
  'comments-closed',
  'not-found',
  'method-not-allowed',
  'version-conflict',
  'id-conflict',
  'conflict',
  'gone',
  'precondition-failed',
  'too-large',
  'range-not-satisfiable',
  'wrong-content-type',
  'not-acceptable',
  'slow-request',
  'too-many',
  'internal',
  'unavailable',
  'view-behind',
  'timeout',
  'no-answer',
  'answer-failed',
] as const
export type ProblemCode = (typeof problemCodes)[number]

/** One thing wrong with an input: `path` is the field, dots between levels, empty for the input as a whole. */
export const fieldError = z.object({ path: z.string(), message: z.string() })
export type FieldError = z.infer<typeof fieldError>

/** The body of every answer that is not a success, `application/problem+json`. */
export const problemBody = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  code: z.enum(problemCodes),
  errors: z.array(fieldError).optional(),
})
export type ProblemBody = z.infer<typeof problemBody>
