import type { dryRunAnswer } from '@logbook/contracts/http/moderation.ts'
import type { z } from 'zod'
import { judge, type RulesInForce } from '../domain/policy.ts'
import { limits } from '../limits.ts'
import type { View } from '../read-model/view.ts'

interface DryRun {
  view: Pick<View, 'recent'>
  inForce: RulesInForce
  /** The text to try, or undefined for the latest comments. */
  content: string | undefined
}

/** What these rules would say of a text, or which of the latest comments they would judge otherwise. Changes nothing. */
export const dryRunOf = ({ view, inForce, content }: DryRun): z.infer<typeof dryRunAnswer> => {
  if (content !== undefined) return { verdict: judge(inForce, content), changed: [], examined: 1 }
  const recent = view.recent(limits.dryRunCommentsMax)
  const changed = recent.flatMap(({ id, content: text, status, revision, judgedRevision }) => {
    const now = judgedRevision < revision ? 'pending' : status
    const would = judge(inForce, text)
    return would.status === now ? [] : [{ id, content: text, now, would }]
  })
  return { verdict: null, changed, examined: recent.length }
}
