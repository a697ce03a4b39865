import { z } from 'zod'
import { bounds } from '../bounds.ts'
import { entityId, line, text } from '../text.ts'
import { verdictStatus } from './comments.ts'
import { defineEvent, eventsByType, onStream, streamName } from './define.ts'
import { doer, personalDoer } from './doer.ts'
import { isFields, lift } from './older-shapes.ts'

/** Who judged: a rule with the version of the rule set it stood in, a person, or the blog that a comment came from. */
export const judge = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('rule'),
    rule: z.string().min(1).max(100),
    rulesVersion: z.number().int().min(0),
  }),
  z.object({ kind: z.literal('default'), rulesVersion: z.number().int().min(0) }),
  doer.extend({ kind: z.literal('person') }),
  z.object({ kind: z.literal('import') }),
])
export type Judge = z.infer<typeof judge>

const ruleAction = z.enum(['reject', 'hold', 'approve'])
const ruleName = z
  .string()
  .max(100)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case words joined by dashes')

/** One rule. The first in the list that matches decides; if none does, the comment is approved. */
export const rule = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('words'),
    name: ruleName,
    /** Whole words in any case, compared in Unicode's NFKC form. */
    words: z
      .array(line({ charsMin: 1, charsMax: 100 }))
      .min(1)
      .max(bounds.wordsPerRuleMax),
    action: ruleAction,
    enabled: z.boolean().default(true),
  }),
  z.strictObject({
    kind: z.literal('links'),
    name: ruleName,
    /** Matches a comment with more links than this. */
    linksMax: z.number().int().min(0).max(1000),
    action: ruleAction,
    enabled: z.boolean().default(true),
  }),
])
export type Rule = z.infer<typeof rule>

export const ruleSet = z
  .array(rule)
  .max(bounds.rulesMax)
  .refine(
    (rules) => new Set(rules.map(({ name }) => name)).size === rules.length,
    'must not name a rule twice',
  )

/** A person who judged, or changed the rules, was a name. */
const judgeWithId = lift((data) =>
  isFields(data.by) && data.by.kind === 'person' ? { ...data, by: { id: null, ...data.by } } : data,
)
const doerWithId = lift((data) =>
  typeof data.by === 'string' ? { ...data, by: { id: null, name: data.by } } : data,
)

export const moderationSubject = streamName('moderation-{commentId}')
export const rulesSubject = 'rules'

export const moderationEvents = eventsByType(
  /** `revision` is the text that was judged. */
  defineEvent('CommentModerated', {
    by: ['moderation'],
    stream: onStream(moderationSubject, 'id'),
    summary: 'A rule or a person judged a text, and why.',
    data: z.object({
      id: entityId,
      postId: entityId,
      status: verdictStatus,
      reason: text({ charsMax: bounds.reasonCharsMax }),
      by: judge,
      revision: z.number().int().min(1),
    }),
    personal: {
      owner: ({ by }) => (by.kind === 'person' ? by.id : null),
      fields: ['by'],
      erased: (id) => ({ by: { kind: 'person', id, name: null } }),
    },
    upcasts: [judgeWithId],
  }),
  defineEvent('RulesChanged', {
    by: ['moderation'],
    stream: onStream(streamName(rulesSubject)),
    summary: 'The whole set of rules, who changed it and why.',
    data: z.object({
      rules: ruleSet,
      version: z.number().int().min(1),
      by: doer,
      why: text({ charsMax: bounds.reasonCharsMax }),
    }),
    personal: personalDoer,
    upcasts: [doerWithId],
  }),
)
