import { Problem } from '@logbook/chassis/problem.ts'
import { type Caller, operator } from '@logbook/contracts/identity.ts'

/** Who may ask and who may answer each topic, by the names of callers. */
export type TopicGrants = Readonly<Record<string, { ask: readonly string[]; answer: readonly string[] }>>

/** The name of a caller, null where callers are not known. Throws `forbidden` for a topic that the caller may not use. */
export type TopicRight = (caller: Caller, topic: string, may: 'ask' | 'answer') => string | null

/** Without grants every known caller may ask and answer. A topic without a grant is for the operator only. */
export const createTopicRight = (
  grants: TopicGrants | undefined,
  { isOpen }: { isOpen: boolean },
): TopicRight => {
  const known = grants && new Map(Object.entries(grants))
  return (caller, topic, may) => {
    if (isOpen) return null
    const name = caller.kind === 'service' ? caller.name : ''
    const granted = known?.get(topic)?.[may] ?? [operator]
    if (known !== undefined && !granted.includes(name))
      throw new Problem('forbidden', { detail: `You may not ${may} this topic.` })
    return name
  }
}
