import type { IncomingMessage } from 'node:http'
import { parseJson } from '@logbook/chassis/http/body.ts'
import { invalid, Problem } from '@logbook/chassis/problem.ts'
import { readFormBytes } from '@logbook/contracts/http/address.ts'
import { limits } from '../limits.ts'

/** A form as it was sent. */
export interface FilledIn {
  bytes: Buffer
  fields: ReadonlyMap<string, unknown>
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const fieldsOf = (bytes: Buffer, contentType: string): Map<string, unknown> => {
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    const form = readFormBytes(bytes)
    if (form.kind === 'repeated') throw invalid(form.field.slice(0, 100), 'must be given once')
    return new Map(form.fields)
  }
  if (!contentType.startsWith('application/json')) return new Map()
  try {
    const body = parseJson(bytes, { depthMax: limits.formDepthMax })
    return new Map(isObject(body) ? Object.entries(body) : [])
  } catch {
    // What is wrong with it is for the service to say.
    return new Map()
  }
}

const readable = /^application\/(?:x-www-form-urlencoded|json)\s*(?:;|$)/

/**
 * What a form says. Throws `wrong-content-type` for what the service behind may be able to read and this can't: it would be neither
 * counted nor looked into; `invalid` where a field stands there twice.
 */
export const readForm = ({ headers }: IncomingMessage, bytes: Buffer): FilledIn => {
  const { 'content-type': type = '', 'content-encoding': coding = 'identity' } = headers
  if (bytes.length > 0 && (coding !== 'identity' || !readable.test(type.toLowerCase())))
    throw new Problem('wrong-content-type', {
      detail: 'Send forms as application/json or application/x-www-form-urlencoded, uncompressed.',
    })
  return { bytes, fields: fieldsOf(bytes, type.toLowerCase()) }
}

/** The same form without one of its fields. Only JSON is serialized again: a page's form may have fields that no service reads. */
export const without = ({ bytes, fields }: FilledIn, field: string, contentType = ''): Buffer => {
  if (!fields.has(field) || !contentType.toLowerCase().startsWith('application/json')) return bytes
  return Buffer.from(JSON.stringify(Object.fromEntries([...fields].filter(([name]) => name !== field))))
}
