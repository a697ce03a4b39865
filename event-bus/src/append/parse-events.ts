import type { Clock } from '@logbook/chassis/clock.ts'
import { look } from '@logbook/chassis/http/validate.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { AppendRequest, CompleteEvent } from '@logbook/chassis/log/log-store.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { isInteger, stringFault } from '@logbook/contracts/cloud-events.ts'
import { type EventToAppend, eventToAppend } from '@logbook/contracts/envelope.ts'
import type { FieldError } from '@logbook/contracts/problems.ts'
import { limits } from '../limits.ts'
import { duplicateName, sentName, withCurrentNames } from '../log/old-names.ts'
import { dataFault } from './data-check.ts'
import { isPlainEvent } from './plain-event.ts'

const known = new Set(Object.keys(eventToAppend.shape))
const givenByLog = new Set(['position', 'version'])
const extensionName = /^[a-z0-9]+$/
const errorsMax = 50

const isObject = (input: unknown): input is Record<string, unknown> =>
  typeof input === 'object' && input !== null && !Array.isArray(input)

const extensionFault = (name: string, value: unknown): string | undefined => {
  if (givenByLog.has(name)) return 'is given by the log'
  if (!extensionName.test(name) || name.length > limits.extensionNameCharsMax)
    return 'is not an attribute: extensions are named with lower-case letters and digits'
  if (typeof value === 'string')
    return value.length > limits.extensionCharsMax
      ? `must be at most ${limits.extensionCharsMax} characters`
      : stringFault(value)
  return value === null || typeof value === 'boolean' || isInteger(value)
    ? undefined
    : 'must be a string, a boolean or a whole number of 32 bits'
}

const faultsOf = (input: Record<string, unknown>): FieldError[] => {
  const faults: FieldError[] = []
  let extensions = 0
  for (const name of Object.keys(input)) {
    if (known.has(name)) continue
    extensions += 1
    const message = extensionFault(name, input[name])
    if (message !== undefined) faults.push({ path: name, message })
  }
  if (extensions > limits.extensionsMax)
    faults.push({ path: '', message: `must not have more than ${limits.extensionsMax} extension attributes` })
  const message = dataFault(input.data, limits.dataDepthMax)
  if (message !== undefined) faults.push({ path: 'data', message })
  return faults
}

const under = (prefix: string, { path, message }: FieldError): FieldError => ({
  path: path === '' ? prefix : prefix === '' ? path : `${prefix}.${path}`,
  message,
})

const refuse = (errors: readonly FieldError[]): never => {
  const detail = errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ')
  throw new Problem('invalid', { detail: detail.slice(0, 1_000), errors: errors.slice(0, errorsMax) })
}

/**
 * Validates one event or an array of events, and fills in defaults. `bytes` is the size of the body. Throws `invalid` with the path
 * of each wrong field, such as `events.3.subject` in an array, or `too-large`.
 */
export type EventParser = (input: unknown, bytes: number) => AppendRequest

export const createEventParser = ({ clock, ids }: { clock: Clock; ids: Ids }): EventParser => {
  const completed = (event: EventToAppend, time: string): CompleteEvent =>
    ({
      ...event,
      specversion: '1.0',
      id: event.id ?? ids.next(),
      source: event.source ?? '/',
      subject: event.subject ?? event.type,
      time: event.time ?? time,
      datacontenttype: event.datacontenttype ?? 'application/json',
      dataversion: event.dataversion ?? 1,
    }) as CompleteEvent

  const complete = (given: unknown, time: string): CompleteEvent | FieldError[] => {
    if (!isObject(given)) return [{ path: '', message: 'must be an event, an object with type and data' }]
    const input = withCurrentNames(given)
    if (isPlainEvent(input) && dataFault(input.data, limits.dataDepthMax) === undefined)
      return completed(input as EventToAppend, time)
    const twice = duplicateName(given)
    const faults = [...(twice === undefined ? [] : [twice]), ...faultsOf(input)]
    const parsed = look(eventToAppend, 'data' in input ? input : { ...input, data: null })
    if (!parsed.success) faults.unshift(...parsed.errors)
    if (!parsed.success || faults.length > 0)
      return faults.map(({ path, message }) => ({ path: sentName(given, path), message }))
    const event = parsed.data
    for (const name of Object.keys(event)) if (event[name] === null && name !== 'data') delete event[name]
    return completed(event, time)
  }

  const refuseTooLarge = (request: AppendRequest, prefixOf: (index: number) => string) => {
    for (const [index, event] of request.entries())
      if (Buffer.byteLength(JSON.stringify(event)) > limits.eventBytesMax)
        throw new Problem('too-large', {
          detail: `${prefixOf(index) || 'The event'} is larger than ${limits.eventBytesMax} bytes.`,
        })
  }

  return (input, bytes) => {
    const many = Array.isArray(input)
    const inputs: readonly unknown[] = many ? input : [input]
    const prefixOf = (index: number) => (many ? `events.${index}` : '')
    if (inputs.length === 0) return refuse([{ path: 'events', message: 'must hold at least one event' }])
    if (inputs.length > limits.eventsPerAppendMax)
      return refuse([
        {
          path: 'events',
          message: `must hold at most ${limits.eventsPerAppendMax} events, which are one append`,
        },
      ])
    const time = clock.now().toISOString()
    const request: CompleteEvent[] = []
    const errors: FieldError[] = []
    for (const [index, each] of inputs.entries()) {
      const result = complete(each, time)
      if (!Array.isArray(result)) request.push(result)
      else if (errors.length < errorsMax) errors.push(...result.map((error) => under(prefixOf(index), error)))
    }
    if (errors.length > 0) return refuse(errors)
    // A body within the limit of one event has no larger event.
    if (bytes > limits.eventBytesMax) refuseTooLarge(request, prefixOf)
    return request
  }
}
