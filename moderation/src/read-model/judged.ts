import type { Database } from '@logbook/chassis/files/sqlite.ts'
import {
  type CommentFlag,
  type CommentFlags,
  commentFlagNames,
  initialFlags,
} from '@logbook/contracts/events/comment-flags.ts'
import type { JudgedEntry } from '@logbook/contracts/http/moderation.ts'
import { type PostColumns, postColumns, postOf, withPost } from './post.ts'

interface JudgedRow
  extends Omit<JudgedEntry, 'author' | 'post' | 'by' | 'before' | CommentFlag>,
    PostColumns {
  author: string | null
  by: string
  flags: string
  position: number
}

interface JudgedQuestion {
  before: number
  limit: number
  status?: JudgedEntry['status'] | undefined
  /** Who gave the verdict. */
  person?: string | undefined
  /** With another value than a new comment's. */
  flag?: CommentFlag | undefined
}

const flagsOf = (differing: string): CommentFlags => {
  const flags: CommentFlags = { ...initialFlags }
  for (const name of commentFlagNames) if (differing.includes(` ${name} `)) flags[name] = !flags[name]
  return flags
}

/** Comments with the verdict in force, latest verdict first; `position` is the cursor. */
export const judgedOf = (db: Database) => {
  const judgedColumns = `c.id, c.post_id AS postId, ${postColumns}, c.parent_id AS parentId, c.author, c.content, c.revision,
    c.created_at AS createdAt, c.verdicts AS version, c.status, c.reason, c.flags, v.by, v.time, v.position`
  type Judged = [
    { before: number; limit: number; status: string | null; person: string | null; flag: string | null },
  ]
  const currentVerdict = (where: string) =>
    db.prepare<Judged, JudgedRow>(
      `SELECT ${judgedColumns} FROM comment c CROSS JOIN verdict v ON v.position = c.judged_at ${withPost}
       WHERE c.content IS NOT NULL AND c.judged_at < @before ${where} ORDER BY c.judged_at DESC LIMIT @limit`,
    )
  const [judged, judgedOfStatus] = [currentVerdict(''), currentVerdict('AND c.status = @status')]
  const judgedOfFlag = currentVerdict(
    "AND c.flags <> '' AND instr(c.flags, @flag) > 0 AND (@status IS NULL OR c.status = @status)",
  )
  const judgedBy = db.prepare<Judged, JudgedRow>(
    `SELECT ${judgedColumns} FROM verdict v CROSS JOIN comment c ON c.id = v.comment_id AND c.judged_at = v.position ${withPost}
     WHERE v.person_id = @person AND v.position < @before AND c.content IS NOT NULL
       AND (@status IS NULL OR c.status = @status) AND (@flag IS NULL OR instr(c.flags, @flag) > 0)
     ORDER BY v.position DESC LIMIT @limit`,
  )
  const verdictBefore = db.prepare<[string, number, number], JudgedEntry['before']>(
    `SELECT status, reason FROM verdict WHERE comment_id = ? AND revision = ? AND position < ?
     ORDER BY position DESC LIMIT 1`,
  )
  const statementFor = ({ status, person, flag }: Pick<JudgedQuestion, 'status' | 'person' | 'flag'>) => {
    if (person !== undefined) return judgedBy
    if (flag !== undefined) return judgedOfFlag
    return status === undefined ? judged : judgedOfStatus
  }

  return ({ status, person, flag, ...page }: JudgedQuestion): { entry: JudgedEntry; position: number }[] =>
    statementFor({ status, person, flag })
      .all({
        ...{ ...page, status: status ?? null, person: person ?? null },
        flag: flag === undefined ? null : ` ${flag} `,
      })
      .map(({ position, author, by, flags, slug, title, ...row }) => ({
        entry: {
          ...row,
          ...flagsOf(flags),
          post: postOf({ slug, title }),
          author: author === null ? null : JSON.parse(author),
          by: JSON.parse(by),
          before: verdictBefore.get(row.id, row.revision, position) ?? null,
        },
        position,
      }))
}
