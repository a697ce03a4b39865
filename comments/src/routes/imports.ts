import type { Clock } from '@logbook/chassis/clock.ts'
import type { Cause } from '@logbook/chassis/command/cause.ts'
import { importAll } from '@logbook/chassis/command/import-all.ts'
import { derivedId, type Ids } from '@logbook/chassis/ids.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { flagsThatDiffer } from '@logbook/contracts/events/comment-flags.ts'
import { type importComment, importCommentAt } from '@logbook/contracts/http/comments.ts'
import type { ImportOutcome } from '@logbook/contracts/http/imports.ts'
import { logBounds } from '@logbook/contracts/http/log-bounds.ts'
import type { z } from 'zod'
import type { ImportedComment } from '../domain/decide.ts'
import type { Threads } from '../read-model/threads.ts'
import type { Writer } from './writer.ts'

type Item = z.output<typeof importComment>

interface Importing {
  writer: Writer
  threads: Pick<Threads, 'postOf'>
  ids: Ids
  clock: Clock
  cause: Cause
}

const idOf = ({ key }: Pick<Item, 'key'>): string => derivedId('import', key)

/** The same name and web address are one person; a nameless author is another person each time. */
const authorOf = ({ author, key }: Item): string =>
  author ? derivedId('imported-person', author.name, author.url ?? '') : derivedId('imported-person', key)

/** The moment stays, in the one form that sorts as text. */
const inUtc = (timestamp: string): string => new Date(timestamp).toISOString()

const commentOf = (item: Item): ImportedComment => {
  const { editedAt, reason, kind, promoted, searchable, advertised, anonymized } = item
  return {
    comment: {
      id: idOf(item),
      postId: item.postId ?? derivedId('import', item.postKey),
      parentId: item.parentKey === null ? null : derivedId('import', item.parentKey),
      authorId: authorOf(item),
      author: item.author && { ...item.author, email: null },
      content: item.content,
      status: 'pending',
      ...(kind === undefined ? {} : { kind }),
      createdAt: inUtc(item.createdAt),
      ...(editedAt === null ? {} : { editedAt: inUtc(editedAt) }),
      priorVerdict: item.status,
      ...(reason === undefined ? {} : { priorReason: reason }),
    },
    flags: { promoted, searchable, advertised, anonymized },
  }
}

/** How many events bring a comment: its creation, its flags and the summary of these. */
const eventsOf = ({ flags }: ImportedComment): number => {
  const set = flagsThatDiffer(flags).length
  return set === 0 ? 1 : set + 2
}

/** Imports comments. A parent must stand before its replies among the items, or be in the log. */
export const importComments = (
  items: readonly unknown[],
  { writer, threads, ids, clock, cause }: Importing,
): Promise<ImportOutcome[]> =>
  importAll(items, {
    schema: importCommentAt(clock.now()),
    idOf,
    isHere: (id) => threads.postOf(id) !== undefined,
    async importNew(fresh) {
      const imported = fresh.map(commentOf)
      const events = imported.reduce((sum, each) => sum + eventsOf(each), 0)
      if (events > logBounds.eventsPerAppendMax) throw new Problem('too-large')
      await writer.importComments(imported, { ...cause, ids })
    },
    importOne: async (item) =>
      (await writer.importComment(commentOf(item), { id: ids.next(), ...cause })).appended,
  })
