import { invalid } from '@logbook/chassis/problem.ts'
import { entityId, timestamp } from '@logbook/contracts/text.ts'
import { z } from 'zod'
import type { ListKey } from '../read-model/post-list.ts'

const listKey = z.tuple([timestamp, entityId])

/** The cursor after a page that ends with this post: opaque to callers. */
export const printCursor = ({ createdAt, id }: ListKey): string =>
  Buffer.from(JSON.stringify([createdAt, id])).toString('base64url')

/** Throws `invalid` for what `printCursor` did not make. */
export const parseCursor = (cursor: string): ListKey => {
  try {
    const [createdAt, id] = listKey.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    return { createdAt, id }
  } catch {
    throw invalid('cursor', 'must be the cursor of an earlier answer')
  }
}
