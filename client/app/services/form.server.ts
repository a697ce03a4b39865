import { hash } from 'node:crypto'
import { readFormBytes } from '@logbook/contracts/http/address.ts'
import { data } from 'react-router'

/** A form that was sent: each field once, as the gateway reads it. */
export type Form = ReadonlyMap<string, string>

/** Reads the form of a request. Throws a 422 answer that names a field sent twice, and 415 for a multipart form. */
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
 * The idempotency key of a form, made when the form is shown: however often it is sent, its command runs once. `step` distinguishes
 * the commands of one form.
 */
export const onceFor = (form: Form, step?: string): { 'Idempotency-Key': string } => {
  const key = field(form, 'key') || crypto.randomUUID()
  return { 'Idempotency-Key': step === undefined ? key : `${key}:${step}` }
}

/**
 * A key that derives from what is sent: sent again, it is the same command. Without scripts, browsers restore a form's text
 * when they go back, but load the page, and with it the form's own key, again.
 */
export const onceForText = (sent: unknown): { 'Idempotency-Key': string } => ({
  'Idempotency-Key': `text:${hash('sha256', JSON.stringify(sent), 'base64url')}`,
})
