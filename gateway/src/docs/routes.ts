import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { documentHeaders } from '@logbook/chassis/http/app.ts'
import { type RequestHandler, Router } from 'express'
import { askService } from '../ask-service.ts'
import { limits } from '../limits.ts'
import type { Upstream } from '../routes.ts'
import { mergeDescriptions, serviceDocument } from './merge.ts'

const described = [
  'posts',
  'comments',
  'moderation',
  'query',
  'accounts',
  'notifications',
  'media',
] as const satisfies Upstream[]
const viewer = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')))

const viewerFiles: readonly string[] = ['swagger-ui.css', 'swagger-ui-bundle.js']

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The API of this blog</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/contrast.css">
<script src="/docs/swagger-ui-bundle.js" defer></script>
<script src="/docs/start.js" defer></script>
</head>
<body>
<main id="api"><noscript>Without JavaScript, read <a href="/api/openapi.json">the description itself</a>.</noscript></main>
</body>
</html>
`
// Of 150 lines and more, the viewer makes only those in sight: a browser's own search would not find the others.
const start = `SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#api',
  validatorUrl: null,
  docExpansion: 'none',
  syntaxHighlight: false,
  defaultModelsExpandDepth: 0,
})
`

/** The viewer brings its styles in a file and its icons within it; nothing comes from elsewhere. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; report-uri /csp-reports"

const secured: RequestHandler = (_req, res, next) => {
  res.set(documentHeaders).set({ 'Content-Security-Policy': policy, 'Cache-Control': 'no-cache' })
  next()
}

const ask = async (url: string) =>
  serviceDocument.parse(await askService(`${url}/openapi.json`, { bytesMax: limits.descriptionBytesMax }))

/** `GET /api/openapi.json`, gathered from the services and kept for a while once all have answered, and `/docs`, which shows it. */
export const docsRoutes = (upstreams: Record<Upstream, string>): Router => {
  let kept: { text: string; untilMs: number } | undefined
  let gathering: Promise<string> | undefined

  const gather = async (): Promise<string> => {
    const answers = await Promise.allSettled(described.map((name) => ask(upstreams[name])))
    const missing = described.filter((_, index) => answers[index]?.status === 'rejected')
    const documents = Object.fromEntries(
      described.flatMap((name, index) => {
        const answer = answers[index]
        return answer?.status === 'fulfilled' ? [[name, answer.value]] : []
      }),
    )
    const text = JSON.stringify(mergeDescriptions({ documents, missing }))
    if (missing.length === 0) kept = { text, untilMs: performance.now() + limits.descriptionKeptMs }
    return text
  }
  const current = (): Promise<string> => {
    if (kept && performance.now() < kept.untilMs) return Promise.resolve(kept.text)
    gathering ??= gather().finally(() => {
      gathering = undefined
    })
    return gathering
  }

  const router = Router()
  router.get('/api/openapi.json', async (_req, res) => {
    const text = await current()
    res.set('Cache-Control', 'no-cache').type('application/json').send(text)
  })
  router.get('/docs', secured, (_req, res) => void res.type('html').send(page))
  router.get('/docs/:file', secured, (req, res, next) => {
    const file = String(req.params.file)
    if (file === 'start.js') res.type('text/javascript').send(start)
    else if (viewerFiles.includes(file)) res.sendFile(file, { root: viewer })
    else if (file === 'contrast.css') res.sendFile(file, { root: import.meta.dirname })
    else next()
  })
  return router
}
