import { problemBody } from '@logbook/contracts/problems.ts'
import type { Answered } from '../../http/ask.ts'

/** One picture cannot come, and why, in words. */
export class PictureRefused extends Error {
  override name = 'PictureRefused'
}

/** What a problem says: the fault of its field, else its detail. */
export const reasonOf = ({ status, text }: Pick<Answered, 'status' | 'text'>): string => {
  try {
    const { errors, detail, title } = problemBody.parse(JSON.parse(text))
    const [first] = errors ?? []
    return first === undefined ? (detail ?? title) : `${first.path}: ${first.message}`
  } catch {
    return `media answered ${status}`
  }
}
