import { type ImportComment, importComment } from '@logbook/contracts/http/comments.ts'
import { type ImportPost, importPost } from '@logbook/contracts/http/posts.ts'
import type { Entry } from './entry.ts'

interface Faults {
  issues: readonly { path: readonly PropertyKey[]; message: string }[]
}

/** What a source calls fields, by what they are called here. */
type Names = Readonly<Record<string, string>>

/** What is wrong, by the names of the fields. */
export const reasonOf = ({ issues }: Faults, names: Names = {}): string =>
  issues
    .map(({ path: [first, ...rest], message }) => {
      const path = first === undefined ? [] : [names[String(first)] ?? first, ...rest]
      return `${path.join('.')}: ${message}`
    })
    .join('; ')

interface Checked<Item, Schema> {
  where: string
  item: Item
  names?: Names
  schema?: Schema
}

/** The post as an entry, refused here with the reason that the service would give. */
export const postEntry = ({
  where,
  item,
  names,
  schema = importPost,
}: Checked<ImportPost, typeof importPost>): Entry => {
  const checked = schema.safeParse(item)
  return checked.success
    ? { type: 'post', where, item }
    : { type: 'refused', kind: item.kind, where, reason: reasonOf(checked.error, names) }
}

/** The comment as an entry, refused here with the reason that the service would give. */
export const commentEntry = ({
  where,
  item,
  names,
  schema = importComment,
}: Checked<ImportComment, typeof importComment>): Entry => {
  const checked = schema.safeParse(item)
  return checked.success
    ? { type: 'comment', where, item }
    : { type: 'refused', kind: 'comment', where, reason: reasonOf(checked.error, names) }
}
