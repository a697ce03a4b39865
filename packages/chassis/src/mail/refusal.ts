import { type FailureOf, Undelivered } from './undelivered.ts'

interface Refusal {
  code: string
  status: number | undefined
  /** The command that was under way. */
  command: string | undefined
  /** The enhanced status (RFC 3463) without its class, such as `1.1`, where the server sent one. */
  enhanced: string | undefined
}

const refusalOf = (error: unknown): Refusal => {
  const { code, responseCode, command, response } = (error instanceof Error ? error : {}) as Partial<{
    code: string
    responseCode: number
    command: string
    response: string
  }>
  const [, enhanced] = /^\d{3}[ -][245]\.(\d{1,3}\.\d{1,3})\b/.exec(response ?? '') ?? []
  return { code: code ?? 'unknown', status: responseCode, command, enhanced }
}

/** The address does not exist, or takes mails no more. A server that refuses us for another reason says nothing about it. */
const isBadAddress = ({ status = 0, enhanced }: Refusal): boolean =>
  enhanced === undefined ? [550, 551, 553].includes(status) : /^(?:1\.|2\.[01]$)/.test(enhanced)

/** The message is larger than the server takes. */
const isTooLarge = ({ code, status, command, enhanced }: Refusal): boolean =>
  command === 'MAIL FROM' &&
  (code === 'EMESSAGE' || status === 552 || enhanced === '2.3' || enhanced === '3.4')

const judged = (refusal: Refusal): { about: FailureOf; forGood: boolean } => {
  const { status = 0, command } = refusal
  if (isTooLarge(refusal)) return { about: 'message', forGood: true }
  const isOfMessage = command === 'RCPT TO' || command === 'DATA'
  if (!isOfMessage || status === 0 || status === 421) return { about: 'server', forGood: false }
  if (status < 500) return { about: 'message', forGood: false }
  if (command === 'DATA') return { about: 'message', forGood: true }
  const isBad = isBadAddress(refusal)
  return { about: isBad ? 'address' : 'message', forGood: isBad }
}

/** What the library throws, as what it means for this mail and for others. */
export const undelivered = (error: unknown): Undelivered => {
  const refusal = refusalOf(error)
  const { code, status } = refusal
  return new Undelivered(status === undefined ? code : `${code} ${status}`, judged(refusal))
}
