import { Problem } from '@logbook/chassis/problem.ts'
import { moderationEndpoints } from '@logbook/contracts/endpoints/moderation.ts'
import { type CommentFlags, flagsThatDiffer, initialFlags } from '@logbook/contracts/events/comment-flags.ts'
import type { VerdictStatus } from '@logbook/contracts/events/comments.ts'
import type {
  JudgedEntry,
  QueueEntry,
  RulesAnswer,
  StandingVerdict,
} from '@logbook/contracts/http/moderation.ts'
import { answering, assertVersion } from './answering.ts'
import { idOf, sampleQueue } from './sample-blog.ts'

type Said = Pick<StandingVerdict, 'status' | 'reason' | 'by' | 'time'>

const wouldHold = {
  now: 'approved',
  would: { status: 'pending', reason: '', by: { kind: 'default', rulesVersion: 1 } },
} as const

const me: StandingVerdict['by'] = { kind: 'person', id: idOf(901), name: 'Me' }

/** Moderation in memory: what waits, the verdicts on it, and `If-Match` as the real service checks it. */
export const createFakeModeration = ({ move }: { move: () => number }) => {
  const entries = new Map(sampleQueue().map((entry) => [entry.id, entry]))
  const verdicts = new Map<string, Said[]>()
  const flags = new Map<string, Partial<CommentFlags>>()

  const versionOf = (id: string) => 1 + (verdicts.get(id)?.length ?? 0)
  const shown = (entry: QueueEntry): QueueEntry => {
    const { status, reason } = verdicts.get(entry.id)?.at(-1) ?? entry
    return { ...entry, status, reason, version: versionOf(entry.id) }
  }
  const judged = (): JudgedEntry[] =>
    [...entries.values()].flatMap((entry) => {
      const said = verdicts.get(entry.id)
      const last = said?.at(-1)
      if (said === undefined || last === undefined) return []
      const { status, reason } = said.at(-2) ?? entry
      return [
        {
          ...shown(entry),
          ...last,
          ...initialFlags,
          ...flags.get(entry.id),
          before: { status, reason: reason ?? '' },
        },
      ]
    })
  const judge = (id: string, said: Said) => {
    verdicts.set(id, [...(verdicts.get(id) ?? []), said])
    move()
  }
  const standing = (id: string) => {
    const last = verdicts.get(id)?.at(-1)
    if (last === undefined) throw new Problem('not-found')
    return { ...last, id, revision: 1, version: versionOf(id) }
  }

  let rules: RulesAnswer = {
    rules: [{ kind: 'words', name: 'no-oranges', words: ['orange'], action: 'reject', enabled: true }],
    version: 0,
  }
  const reply = answering(moderationEndpoints, {
    'GET /queue': () => ({
      body: [...entries.values()].map(shown).filter(({ status }) => status === 'pending'),
    }),
    'GET /judged': ({ query: { status, by, flag } }) => ({
      body: judged()
        .filter((entry) => status === undefined || entry.status === status)
        .filter((entry) => by === undefined || JSON.stringify(entry.by) === JSON.stringify(me))
        .filter((entry) => flag === undefined || flagsThatDiffer(entry).includes(flag))
        .toSorted((one, other) => (one.time < other.time ? 1 : -1)),
    }),
    'POST /comments/:id/verdict'({ params: { id }, body: { status, reason }, headers }) {
      if (!entries.has(id)) throw new Problem('not-found')
      assertVersion(headers, versionOf(id), { verdict: verdicts.has(id) ? standing(id) : undefined })
      judge(id, { status, reason, time: new Date().toISOString(), by: me })
      return { body: standing(id), position: move() }
    },
    'GET /rules': () => ({ body: rules }),
    'PUT /rules'({ body, headers }) {
      assertVersion(headers, rules.version)
      rules = { rules: body.rules, version: rules.version + 1 }
      return { body: rules }
    },
    'POST /rules/dry-run': ({ body }) => ({
      body: {
        ...{ verdict: null, examined: 40 },
        changed: body.rules?.length === 0 ? [] : [{ id: idOf(101), content: 'Buy oranges', ...wouldHold }],
      },
    }),
  })

  return {
    /** What the queue was at first, by id. */
    queue: entries,
    /** Somebody else's verdict. */
    verdictBy: (name: string, id: string, status: VerdictStatus, reason = '') =>
      judge(id, {
        ...{ status, reason, time: new Date().toISOString() },
        by: { kind: 'person', id: idOf(902), name },
      }),
    setFlags: (id: string, differing: Partial<CommentFlags>) => flags.set(id, differing),
    /** As at first. */
    forget: () => {
      verdicts.clear()
      flags.clear()
    },
    reply,
  }
}
