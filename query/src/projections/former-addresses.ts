import type { Database } from '@logbook/chassis/files/sqlite.ts'
import { formerPath } from '@logbook/contracts/http/address.ts'
import type { PostEvent } from './posts.ts'

export const formerAddressTables = `
  -- Where posts stood before they came here, as \`formerPath\` reads it. Of two posts of one address, the first keeps it.
  CREATE TABLE former_address (path TEXT PRIMARY KEY, post_id TEXT NOT NULL, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`

/** Posts by their addresses on former servers. */
export const formerAddressesProjection = (db: Database) => {
  const add = db.prepare<[string, string, number]>(
    'INSERT INTO former_address (path, post_id, position) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const find = db.prepare<[string], string>('SELECT post_id FROM former_address WHERE path = ?').pluck()
  return {
    apply({ data, position }: PostEvent): void {
      if (data.status === 'deleted') return
      for (const address of data.formerAddresses) add.run(formerPath(address), data.id, position)
    },
    /** The id of the post that had this path, in any spelling. */
    find: (path: string): string | undefined => find.get(formerPath(path)),
  }
}
