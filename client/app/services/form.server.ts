/** A field as it was sent; what is no text counts as empty. */
export const field = (form: FormData, name: string): string => {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}

/** A form's text as it was typed: browsers send line ends as CRLF. */
export const typedText = (form: FormData, name: string): string => field(form, name).replaceAll('\r\n', '\n')

/**
 * The key that a form was given when it was shown: what is made by it is made once, however often it is sent. `step` tells
 * the commands of one form apart.
 */
export const onceFor = (form: FormData, step?: string): { 'Idempotency-Key': string } => {
  const key = field(form, 'key') || crypto.randomUUID()
  return { 'Idempotency-Key': step === undefined ? key : `${key}:${step}` }
}
