import { isDeepStrictEqual } from 'node:util'
import { parseJson } from '@logbook/contracts/json.ts'
import type { Decision } from '@logbook/importer/entry.ts'
import { neverChanged } from '@logbook/importer/logbook/decisions.ts'
import type { Ask } from '../../http/ask.ts'
import type { SettingsOutcome } from './settings.ts'

/** Where each kind of decision is read and changed; without it, the one that is there stays. */
export type DecisionUrls = Readonly<Partial<Record<Decision['of'], string>>>

const names = { rules: 'rules of moderation', media: 'settings of pictures and files' } as const

/** True where it is so here already. */
const isSame = (value: Readonly<Record<string, unknown>>, here: unknown): boolean =>
  typeof here === 'object' &&
  here !== null &&
  Object.entries(value).every(([name, each]) =>
    isDeepStrictEqual(each, new Map(Object.entries(here)).get(name)),
  )

/** What became of a decision, and why it was not taken where that is no choice of anyone here. */
export type DecisionOutcome = SettingsOutcome & { fault?: string }

/** Sets what was never changed here; what a person or an earlier import decided stays. Throws ServiceFailed. */
export const sendDecision = async (
  decision: Decision,
  { ask, url }: { ask: Ask; url: string | undefined },
): Promise<DecisionOutcome> => {
  const { of, where } = decision
  const none = { where, set: [], kept: [] }
  if ('fault' in decision) return { ...none, fault: `${names[of]}: ${decision.fault}; they were not set` }
  if (url === undefined) return none
  const { value } = decision
  const refused = { ...none, fault: `${names[of]}: the token may not change them; they were not set` }
  const now = await ask({ method: 'GET', url, mayBe: [403] })
  if (now.status === 403) return refused
  if (isSame(value, parseJson(now.text))) return none
  if (now.etag !== neverChanged) return { ...none, kept: [names[of]] }
  const json = JSON.stringify(of === 'rules' ? { ...value, why: 'Imported' } : value)
  const { status, text } = await ask({ method: 'PUT', url, json, ifMatch: now.etag, mayBe: [403, 412, 422] })
  if (status === 403) return refused
  if (status === 412) return { ...none, kept: [names[of]] }
  if (status === 422) return { ...none, fault: `${names[of]}: are refused here; they were not set: ${text}` }
  return { ...none, set: [names[of]] }
}

/** What would be set, where nothing is asked. */
export const wouldDecide = (decision: Decision): DecisionOutcome =>
  'fault' in decision
    ? { where: decision.where, set: [], kept: [], fault: decision.fault }
    : { where: decision.where, set: [names[decision.of]], kept: [] }
