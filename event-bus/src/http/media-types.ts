/** What the bus takes and gives. */
export const mediaTypes = {
  json: 'application/json',
  cloudEvent: 'application/cloudevents+json',
  cloudEventBatch: 'application/cloudevents-batch+json',
  ndjson: 'application/x-ndjson',
  eventStream: 'text/event-stream',
} as const
