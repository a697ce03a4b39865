import { hash } from 'node:crypto'

/** H0, which the first event's hash continues. */
export const noHash = ''

/** Hn = sha256(Hn-1 + "\n" + position + " " + id), in hexadecimal digits. */
export const rolled = (before: string, { position, id }: { position: number; id: string }): string =>
  hash('sha256', `${before}\n${position} ${id}`, 'hex')
