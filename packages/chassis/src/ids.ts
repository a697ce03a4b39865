import { parse, v5 as uuidv5, v7 as uuidv7 } from 'uuid'

/** Where ids come from, as an argument. */
export interface Ids {
  /** A new UUIDv7: later ones sort after earlier ones, which keeps the index of the log short. */
  next(): string
}

export const systemIds: Ids = { next: () => uuidv7() }

const namespace = parse('c1f0a0de-1069-5b09-b00c-10b00c10b00c')

/**
 * The id that follows from what it answers or where it came from (UUIDv5, RFC 9562): the same parts always give the same
 * id, so that a command that is sent twice has the same id twice.
 */
export const derivedId = (...parts: readonly (string | number)[]): string =>
  uuidv5(Buffer.from(JSON.stringify(parts)), namespace)
