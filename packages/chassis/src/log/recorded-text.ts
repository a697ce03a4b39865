import type { CompleteEvent } from './log-store.ts'

/** Where an event stands: from 1 across the log, and from 1 within its stream. */
export interface EventNumbers {
  position: number
  version: number
}

const written = new Set([
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'datacontenttype',
  'dataversion',
  'data',
])
const notRecorded = 'expectedversion'

/**
 * An event as the JSON text that it stands in the log and is served as: causality and extensions first, then the attributes
 * in the order of the envelope, data last. Put together by attribute, which is twice as fast as printing a whole new object.
 */
export const recordedText = (event: CompleteEvent, { position, version }: EventNumbers): string => {
  let more = ''
  for (const name in event) {
    if (written.has(name) || name === notRecorded) continue
    const value = JSON.stringify(event[name as keyof CompleteEvent])
    if (value !== undefined) more += `${JSON.stringify(name)}:${value},`
  }
  const { id, source, type, subject, time, datacontenttype, dataversion, data } = event
  return `{${more}"specversion":"1.0","id":${JSON.stringify(id)},"source":${JSON.stringify(source)},"type":${JSON.stringify(type)},"subject":${JSON.stringify(subject)},"time":${JSON.stringify(time)},"datacontenttype":${JSON.stringify(datacontenttype)},"dataversion":${dataversion},"position":${position},"version":${version},"data":${JSON.stringify(data) ?? 'null'}}`
}
