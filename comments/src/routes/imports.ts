import type { Cause } from '@logbook/chassis/command/cause.ts'
import { importAll } from '@logbook/chassis/command/import-all.ts'
import { derivedId, type Ids } from '@logbook/chassis/ids.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import { importComment } from '@logbook/contracts/http/comments.ts'
import type { ImportOutcome } from '@logbook/contracts/http/imports.ts'
import type { z } from 'zod'
import type { Threads } from '../read-model/threads.ts'
import type { Writer } from './writer.ts'

type Item = z.output<typeof importComment>

interface Importing {
  writer: Writer
  threads: Pick<Threads, 'postOf'>
  ids: Ids
  cause: Cause
}

const idOf = ({ key }: Pick<Item, 'key'>): string => derivedId('import', key)

/** The same name and web address are one person; a nameless author is another person each time. */
const authorOf = ({ author, key }: Item): string =>
  author ? derivedId('imported-person', author.name, author.url ?? '') : derivedId('imported-person', key)

const commentOf = (item: Item): EventData<'CommentCreated'> => ({
  id: idOf(item),
  postId: item.postId ?? derivedId('import', item.postKey),
  parentId: item.parentKey === null ? null : derivedId('import', item.parentKey),
  authorId: authorOf(item),
  author: item.author && { ...item.author, email: null },
  content: item.content,
  status: 'pending',
  // The moment stays, in the one form that sorts as text.
  createdAt: new Date(item.createdAt).toISOString(),
  priorVerdict: item.status,
})

/** Imports comments. A parent must stand before its replies among the items, or be in the log. */
export const importComments = (
  items: readonly unknown[],
  { writer, threads, ids, cause }: Importing,
): Promise<ImportOutcome[]> =>
  importAll(items, {
    schema: importComment,
    idOf,
    isHere: (id) => threads.postOf(id) !== undefined,
    importNew: (fresh) => writer.importComments(fresh.map(commentOf), cause),
    importOne: async (item) =>
      (await writer.importComment(commentOf(item), { id: ids.next(), ...cause })).appended,
  })
