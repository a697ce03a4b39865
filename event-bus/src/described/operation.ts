import { Problem } from '@logbook/chassis/problem.ts'
import type { ProblemCode } from '@logbook/contracts/problems.ts'
import type { z } from 'zod'
import type { ZodOpenApiOperationObject, ZodOpenApiResponsesObject } from 'zod-openapi'
import { problemBody } from './schemas.ts'

/** The path as OpenAPI writes it, then the method. */
export type Paths = Record<string, Record<string, ZodOpenApiOperationObject>>

/** The refusals of an operation, those of one HTTP status together. */
export const refusals = (...codes: ProblemCode[]): ZodOpenApiResponsesObject => {
  const byStatus = Map.groupBy(codes, (code) => String(new Problem(code).status))
  return Object.fromEntries(
    [...byStatus].map(([status, each]) => [
      status,
      {
        description: each.map((code) => `\`${code}\``).join(', '),
        content: { 'application/problem+json': { schema: problemBody } },
      },
    ]),
  )
}

/** What every guarded operation may be answered with, whatever it does. */
export const anywhere: readonly ProblemCode[] = ['unauthenticated', 'forbidden', 'internal']

/** A parameter that is a whole number; on the wire it is digits, which is what its own schema checks. */
export const integer = (
  schema: z.ZodType,
  { description, ...bounds }: { description: string; minimum: number; maximum?: number; default?: number },
): z.ZodType =>
  schema.meta({
    description,
    override: ({ jsonSchema }: { jsonSchema: Record<string, unknown> }) => {
      for (const key of Object.keys(jsonSchema)) if (key !== 'description') delete jsonSchema[key]
      Object.assign(jsonSchema, { type: 'integer' }, bounds)
    },
  })

/** An answer in JSON. */
export const json = (schema: z.ZodType, description: string, example?: unknown) => ({
  description,
  content: { 'application/json': example === undefined ? { schema } : { schema, example } },
})
