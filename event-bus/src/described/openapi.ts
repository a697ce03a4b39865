import type { Paths } from '@logbook/chassis/described/operation.ts'
import { createDocument } from 'zod-openapi'
import { limits } from '../limits.ts'
import { eventsPaths } from './events-paths.ts'
import { questionsPaths } from './questions-paths.ts'
import { subscriptionsPaths } from './subscriptions-paths.ts'

const paths: Paths = { ...eventsPaths, ...subscriptionsPaths, ...questionsPaths }

/** The bus's endpoints in OpenAPI 3.1, from the schemas that check what it is sent. */
export const openApiDocument = (): object =>
  createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Event bus',
      version: '1.0.0',
      description: `A durable log of CloudEvents with delivery. A request body holds at most ${limits.requestBytesMax} bytes, an event ${limits.eventBytesMax}. Every refusal is a problem (RFC 9457).`,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    tags: [
      { name: 'events', description: 'The log: append, read, follow.' },
      { name: 'subscriptions', description: 'Delivery, with a place that the bus keeps.' },
      { name: 'questions', description: 'Request and reply, in memory alone.' },
      { name: 'health', description: 'Whether it lives, open to everyone, and how it does.' },
      { name: 'descriptions', description: 'What the bus says of itself.' },
    ],
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'The token of this bus, where it has one.' },
      },
    },
    paths,
  })
