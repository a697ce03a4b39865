import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { commentFlags } from '../events/comment-flags.ts'
import { commentAuthor, verdictStatus } from '../events/comments.ts'
import { judge, ruleSet } from '../events/moderation.ts'
import { entityId, text, timestamp } from '../text.ts'

/**
 * `POST /comments/:id/verdict`: a person decides. `revision` guards against judging a text that has changed since (409), `If-Match` against
 * a verdict that somebody else gave meanwhile (412, whose problem names that `verdict`).
 */
export const giveVerdict = z.strictObject({
  status: verdictStatus,
  reason: text({ charsMax: bounds.reasonCharsMax }).default(''),
  revision: z.number().int().min(1).optional(),
})
export type GiveVerdict = z.infer<typeof giveVerdict>

/** `PUT /rules`: the whole list, in order. `ETag` and `If-Match` guard it. */
export const putRules = z.strictObject({
  rules: ruleSet,
  why: text({ charsMax: bounds.reasonCharsMax }).default(''),
})

/** `GET /rules`. Version 0 is what Logbook comes with. */
export const rulesAnswer = z.object({ rules: ruleSet, version: z.number().int().min(0) })
export type RulesAnswer = z.infer<typeof rulesAnswer>

/** `POST /rules/dry-run`: what these rules (or, if absent, those in force) would say of a text, or of the latest comments. */
export const dryRun = z.strictObject({
  rules: ruleSet.optional(),
  content: text({ charsMin: 1, charsMax: bounds.commentCharsMax }).optional(),
})
export const verdict = z.object({ status: verdictStatus, reason: z.string(), by: judge })
export const dryRunAnswer = z.object({
  verdict: verdict.nullable(),
  /** Recent comments whose verdict would be another. */
  changed: z.array(z.object({ id: entityId, content: z.string(), now: verdictStatus, would: verdict })),
  examined: z.number().int(),
})

/** One entry of `GET /queue`: comments that wait for a person, longest wait first. */
export const queueEntry = z.object({
  id: entityId,
  postId: entityId,
  /** Null where the post is deleted. */
  post: z.object({ slug: z.string(), title: z.string() }).nullable(),
  parentId: entityId.nullable(),
  author: commentAuthor.omit({ email: true }).nullable(),
  content: z.string(),
  revision: z.number().int(),
  status: verdictStatus,
  /** Why it was held; null while no verdict has come yet. */
  reason: z.string().nullable(),
  createdAt: timestamp,
  /** How many verdicts the comment has had. As an entity tag in `If-Match`, it guards a verdict against another person's. */
  version: z.number().int().min(0),
})
export type QueueEntry = z.infer<typeof queueEntry>

/** A verdict that stands. `revision` is the text that it is about, `version` the entity tag for `If-Match`, `time` when it was given. */
export const standingVerdict = z.object({
  status: verdictStatus,
  reason: z.string(),
  by: judge,
  revision: z.number().int(),
  time: timestamp,
  version: z.number().int(),
})
export type StandingVerdict = z.infer<typeof standingVerdict>

/** One entry of `GET /judged`: a comment with the verdict that stands on its present text, latest verdict first. */
export const judgedEntry = queueEntry.extend({
  ...standingVerdict.shape,
  ...commentFlags.shape,
  /** The verdict on the same text before this one: what an undo gives again. Null where this was the first. */
  before: z.object({ status: verdictStatus, reason: z.string() }).nullable(),
})
export type JudgedEntry = z.infer<typeof judgedEntry>

/** One entry of `GET /log`, newest first. */
export const logEntry = z.object({
  position: z.number().int(),
  commentId: entityId,
  postId: entityId,
  status: verdictStatus,
  reason: z.string(),
  by: judge,
  revision: z.number().int(),
  time: timestamp,
})
export type LogEntry = z.infer<typeof logEntry>
