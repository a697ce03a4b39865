import type { dryRunAnswer } from '@logbook/contracts/http/moderation.ts'
import type { z } from 'zod'
import { judge, type RulesInForce } from '../domain/policy.ts'
import { limits } from '../limits.ts'
import type { View } from '../read-model/view.ts'

interface DryRun {
  view: Pick<View, 'recent'>
  inForce: RulesInForce
  /** The text to judge, or undefined for the latest comments. */
  content: string | undefined
}

/** Judges a text, or the latest comments, by other rules without storing anything; names the comments whose verdict would change. */
export const dryRunRules = ({ view, inForce, content }: DryRun): z.infer<typeof dryRunAnswer> => {
  if (content !== undefined) return { verdict: judge(inForce, content), changed: [], examined: 1 }
  const recent = view.recent(limits.dryRunCommentsMax)
  const changed = recent.flatMap(({ id, content: text, status, revision, judgedRevision }) => {
    const now = judgedRevision < revision ? 'pending' : status
    const would = judge(inForce, text)
    return would.status === now ? [] : [{ id, content: text, now, would }]
  })
  return { verdict: null, changed, examined: recent.length }
}
