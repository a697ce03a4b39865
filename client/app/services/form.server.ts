import { hash } from 'node:crypto'
import { readFormBytes } from '@logbook/contracts/http/address.ts'
import { data } from 'react-router'

/** A form that was sent: each field once, as the gateway reads it. */
export type Form = ReadonlyMap<string, string>

/** Reads the form of a request. Throws the answer 422 that names a field which stands there twice, and 415 for a form that is sent in parts. */
export const readForm = async (request: Request): Promise<Form> => {
  const type = request.headers.get('Content-Type') ?? ''
  if (!/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type)) throw data(null, { status: 415 })
  const form = readFormBytes(new Uint8Array(await request.arrayBuffer()))
  if (form.kind === 'repeated') throw data({ repeated: form.field.slice(0, 100) }, { status: 422 })
  return form.fields
}

/** A field as it was sent; one that was not counts as empty. */
export const field = (form: Form, name: string): string => form.get(name) ?? ''

/** A form's text as it was typed: browsers send line ends as CRLF. */
export const typedText = (form: Form, name: string): string => field(form, name).replaceAll('\r\n', '\n')

/**
 * The key that a form was given when it was shown: what is made by it is made once, however often it is sent. `step` tells
 * the commands of one form apart.
 */
export const onceFor = (form: Form, step?: string): { 'Idempotency-Key': string } => {
  const key = field(form, 'key') || crypto.randomUUID()
  return { 'Idempotency-Key': step === undefined ? key : `${key}:${step}` }
}

/**
 * A key that follows from what is sent: sent again, it is the same command. Browsers without scripts restore a form's text
 * on the way back, but fetch the page, and with it the form's own key, again.
 */
export const onceForText = (sent: unknown): { 'Idempotency-Key': string } => ({
  'Idempotency-Key': `text:${hash('sha256', JSON.stringify(sent), 'base64url')}`,
})
