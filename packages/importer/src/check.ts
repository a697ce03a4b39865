import { type ImportComment, importComment } from '@logbook/contracts/http/comments.ts'
import { type ImportPost, importPost } from '@logbook/contracts/http/posts.ts'
import type { Entry } from './entry.ts'

interface Faults {
  issues: readonly { path: readonly PropertyKey[]; message: string }[]
}

const reasonOf = ({ issues }: Faults): string =>
  issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')

/** The post as an entry, refused here with the reason that the service would give. */
export const postEntry = ({ where, item }: { where: string; item: ImportPost }): Entry => {
  const checked = importPost.safeParse(item)
  return checked.success
    ? { type: 'post', where, item }
    : { type: 'refused', kind: item.kind, where, reason: reasonOf(checked.error) }
}

/** The comment as an entry, refused here with the reason that the service would give. */
export const commentEntry = ({ where, item }: { where: string; item: ImportComment }): Entry => {
  const checked = importComment.safeParse(item)
  return checked.success
    ? { type: 'comment', where, item }
    : { type: 'refused', kind: 'comment', where, reason: reasonOf(checked.error) }
}
