import { type RawBody, rawBody } from '@logbook/chassis/http/body.ts'
import { look } from '@logbook/chassis/http/validate.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { readFormBytes } from '@logbook/contracts/http/address.ts'
import type { FieldError } from '@logbook/contracts/problems.ts'
import type { RequestHandler } from 'express'
import type { z } from 'zod'

/** The body of a form that programs elsewhere send, as the standards of the W3C have it. */
export const formBody = (bytesMax: number): RequestHandler[] => [
  ...rawBody({ bytesMax, types: ['application/x-www-form-urlencoded'] }),
  (req, res, next) => {
    const body: RawBody | undefined = req.body
    res.locals.form = body?.bytes
    next()
  },
]

/** Wrong fields are answered with 400, as those standards say. */
export const badForm = (errors: FieldError[]): Problem => {
  const detail = errors.map(({ path, message }) => `${path}: ${message}`).join('; ')
  return new Problem('bad-form', { detail: detail.slice(0, 1_000), errors })
}

/** The fields of a form that `formBody` has read and a schema names; an empty one is not there. Throws `bad-form`. */
export const fieldsOf = <Schema extends z.ZodObject>(
  { form: bytes }: Readonly<Record<string, unknown>>,
  schema: Schema,
): z.output<Schema> => {
  const form = readFormBytes(bytes instanceof Uint8Array ? bytes : Buffer.alloc(0))
  if (form.kind === 'repeated')
    throw badForm([{ path: form.field.slice(0, 100), message: 'must be given once' }])
  const named = Object.keys(schema.shape).map((name) => [name, form.fields.get(name) || undefined])
  const looked = look(schema, Object.fromEntries(named))
  if (!looked.success) throw badForm(looked.errors)
  return looked.data
}
