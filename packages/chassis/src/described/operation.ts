import { type ProblemCode, problemBody as problemShape } from '@logbook/contracts/problems.ts'
import type { RequestHandler } from 'express'
import type { z } from 'zod'
import type { ZodOpenApiOperationObject, ZodOpenApiResponsesObject } from 'zod-openapi'
import { Problem } from '../problem.ts'

export const problemBody = problemShape.meta({
  id: 'Problem',
  description: 'RFC 9457. `code` is one of a closed set; some codes bring further members.',
})

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

/** Answers with a document, which is made and printed at the first request: no start waits for it. */
export const serveDocument = (document: () => object): RequestHandler => {
  let text: string | undefined
  return (_req, res) => {
    text ??= JSON.stringify(document())
    res.type('application/json').set('Cache-Control', 'no-cache').send(text)
  }
}
