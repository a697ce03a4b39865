import type { ImportComment, PublicComment } from '@logbook/contracts/http/comments.ts'
import { yamlOf } from '@logbook/importer/logbook/front-matter.ts'

/** A comment with its text, of whatever verdict. */
export type ExportedComment = Pick<PublicComment, 'id' | 'parentId' | 'author' | 'createdAt'> & {
  content: string
  status: ImportComment['status']
}

const ordinalDigits = 6

/**
 * The file of a comment in the folder of its post, in the form that Staticman writes. `ordinal` is its place among them. What readers
 * are not shown stands in a folder of its own, which no theme looks into.
 */
export const commentFile = (
  { id, parentId, author, content, status, createdAt }: ExportedComment,
  { post, ordinal }: { post: string; ordinal: number },
): { path: string; text: string } => {
  const folder = status === 'approved' ? 'comments' : 'comments-not-shown'
  const fields = {
    _id: id,
    _parent: post,
    replying_to: parentId ?? undefined,
    name: author?.name,
    url: author?.url ?? undefined,
    date: createdAt,
    status,
    message: content,
  }
  const name = `${String(ordinal).padStart(ordinalDigits, '0')}-${id}.yml`
  return { path: `_data/${folder}/${post}/${name}`, text: yamlOf(fields) }
}
