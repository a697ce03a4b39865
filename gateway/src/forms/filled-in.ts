import type { IncomingMessage } from 'node:http'
import { Problem } from '@logbook/chassis/problem.ts'
import { limits } from '../limits.ts'

/** A form as it was sent. */
export interface FilledIn {
  bytes: Buffer
  fields: ReadonlyMap<string, unknown>
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const tooLarge = () => new Problem('too-large', { detail: `A form may have ${limits.formBytesMax} bytes.` })

const read = async (req: IncomingMessage): Promise<Buffer> => {
  if (Number(req.headers['content-length'] ?? 0) > limits.formBytesMax) throw tooLarge()
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > limits.formBytesMax) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, bytes)
}

const fieldsOf = (bytes: Buffer, contentType: string): Map<string, unknown> => {
  if (contentType.startsWith('application/x-www-form-urlencoded'))
    return new Map(new URLSearchParams(bytes.toString()))
  if (!contentType.startsWith('application/json')) return new Map()
  try {
    const body: unknown = JSON.parse(bytes.toString())
    return new Map(isObject(body) ? Object.entries(body) : [])
  } catch {
    // What is wrong with it is for the service to say.
    return new Map()
  }
}

/** Reads a form as a whole, which is short. Rejects with `too-large`. */
export const readForm = async (req: IncomingMessage): Promise<FilledIn> => {
  const bytes = await read(req)
  return { bytes, fields: fieldsOf(bytes, (req.headers['content-type'] ?? '').toLowerCase()) }
}

/** The same form without one of its fields. Only JSON is written anew: a form of a page may have fields that nobody asks for. */
export const without = ({ bytes, fields }: FilledIn, field: string, contentType = ''): Buffer => {
  if (!fields.has(field) || !contentType.toLowerCase().startsWith('application/json')) return bytes
  return Buffer.from(JSON.stringify(Object.fromEntries([...fields].filter(([name]) => name !== field))))
}
