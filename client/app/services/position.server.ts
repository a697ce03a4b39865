import { headers as names } from '@logbook/contracts/http/headers.ts'

const cookieSecondsMax = 60
const pattern = /(?:^|;\s*)position=(\d{1,15})(?:;|$)/

/** The log position of what this browser wrote last, while that is recent. */
export const positionOf = (request: Request): number | undefined => {
  const value = pattern.exec(request.headers.get('Cookie') ?? '')?.[1]
  return value === undefined ? undefined : Number(value)
}

/** Response headers that make the browser's next reads wait for what it has just written. */
export const rememberPosition = (answer: { headers: Headers }): Record<string, string> => {
  const position = answer.headers.get(names.position)
  return position !== null && /^\d{1,15}$/.test(position)
    ? { 'Set-Cookie': `position=${position}; Path=/; Max-Age=${cookieSecondsMax}; SameSite=Lax` }
    : {}
}
