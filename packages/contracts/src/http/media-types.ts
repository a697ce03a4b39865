/** Media types of requests and answers. */
export const mediaTypes = {
  json: 'application/json',
  cloudEvent: 'application/cloudevents+json',
  cloudEventBatch: 'application/cloudevents-batch+json',
  ndjson: 'application/x-ndjson',
  eventStream: 'text/event-stream',
} as const
