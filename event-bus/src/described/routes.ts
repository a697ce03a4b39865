import type { RequestHandler, Router } from 'express'
import { asyncApiDocument, type EventDescription } from './asyncapi.ts'
import { openApiDocument } from './openapi.ts'

/** Prints the document at the first request: nobody waits for it at start. */
const serve = (document: () => object): RequestHandler => {
  let text: string | undefined
  return (_req, res) => {
    text ??= JSON.stringify(document())
    res.type('application/json').set('Cache-Control', 'no-cache').send(text)
  }
}

/** `GET /openapi.json` and `GET /asyncapi.json`. */
export const routeDescriptions = (
  router: Router,
  { catalogue }: { catalogue: () => readonly EventDescription[] },
): void => {
  router.get('/openapi.json', serve(openApiDocument))
  router.get(
    '/asyncapi.json',
    serve(() => asyncApiDocument(catalogue())),
  )
}
