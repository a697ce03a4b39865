import { flagsThatDiffer } from '@logbook/contracts/events/comment-flags.ts'
import type { ImportComment, PublicComment } from '@logbook/contracts/http/comments.ts'
import { yamlOf } from '@logbook/importer/logbook/front-matter.ts'

type Kept =
  | 'id'
  | 'parentId'
  | 'kind'
  | 'author'
  | 'reason'
  | 'promoted'
  | 'searchable'
  | 'advertised'
  | 'anonymized'
  | 'createdAt'
  | 'editedAt'

/** A comment with its text, of whatever verdict. One that is shown without its author has none. */
export type ExportedComment = Pick<PublicComment, Kept> & {
  content: string
  status: ImportComment['status']
}

const ordinalDigits = 6

/**
 * The file of a comment in the folder of its post, in the form that Staticman writes. `ordinal` is its place among them. What readers
 * are not shown stands in a folder of its own, which no theme looks into.
 */
export const commentFile = (
  comment: ExportedComment,
  { post, ordinal }: { post: string; ordinal: number },
): { path: string; text: string } => {
  const { id, parentId, kind, author, content, status, reason, createdAt, editedAt } = comment
  const folder = status === 'approved' ? 'comments' : 'comments-not-shown'
  const fields = {
    _id: id,
    _parent: post,
    replying_to: parentId ?? undefined,
    kind,
    name: author?.name,
    url: author?.url ?? undefined,
    date: createdAt,
    edited: editedAt ?? undefined,
    status,
    reason: reason ?? '',
    ...Object.fromEntries(flagsThatDiffer(comment).map((flag) => [flag, comment[flag]])),
    message: content,
  }
  const name = `${String(ordinal).padStart(ordinalDigits, '0')}-${id}.yml`
  return { path: `_data/${folder}/${post}/${name}`, text: yamlOf(fields) }
}
