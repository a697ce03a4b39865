import { serveDocument } from '@logbook/chassis/described/operation.ts'
import type { Router } from 'express'
import { asyncApiDocument, type EventDescription } from './asyncapi.ts'
import { openApiDocument } from './openapi.ts'

/** `GET /openapi.json` and `GET /asyncapi.json`. */
export const routeDescriptions = (
  router: Router,
  { catalogue }: { catalogue: () => readonly EventDescription[] },
): void => {
  router.get('/openapi.json', serveDocument(openApiDocument))
  router.get(
    '/asyncapi.json',
    serveDocument(() => asyncApiDocument(catalogue())),
  )
}
