import {
  type CommentFlag,
  type CommentFlags,
  flagsThatDiffer,
  initialFlags,
} from '@logbook/contracts/events/comment-flags.ts'
import type { VerdictStatus } from '@logbook/contracts/events/comments.ts'
import {
  type JudgedEntry,
  putRules,
  type QueueEntry,
  type RulesAnswer,
  type StandingVerdict,
} from '@logbook/contracts/http/moderation.ts'
import { problem } from './fake-comments.ts'
import type { Asked, Reply } from './fake-services.ts'
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
    return last && { ...last, id, revision: 1, version: versionOf(id) }
  }

  let rules: RulesAnswer = {
    rules: [{ kind: 'words', name: 'no-oranges', words: ['orange'], action: 'reject', enabled: true }],
    version: 0,
  }
  const replyRules = ({ method, url, headers, body }: Asked): Reply => {
    if (method === 'GET') return { body: rules }
    const read = putRules.safeParse(body)
    if (!read.success)
      return problem(422, 'invalid', {
        errors: read.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
      })
    if (url.pathname.endsWith('/dry-run'))
      return {
        body: {
          ...{ verdict: null, examined: 40 },
          changed:
            read.data.rules.length === 0 ? [] : [{ id: idOf(101), content: 'Buy oranges', ...wouldHold }],
        },
      }
    if (headers['if-match'] !== `"${rules.version}"`) return problem(412, 'precondition-failed')
    rules = { rules: read.data.rules, version: rules.version + 1 }
    return { body: rules }
  }

  const read = ({ url }: Asked): Reply => {
    if (url.pathname === '/queue')
      return { body: [...entries.values()].map(shown).filter(({ status }) => status === 'pending') }
    const { status, by, flag } = Object.fromEntries(url.searchParams)
    return {
      body: judged()
        .filter((entry) => status === undefined || entry.status === status)
        .filter((entry) => by === undefined || JSON.stringify(entry.by) === JSON.stringify(me))
        .filter((entry) => flag === undefined || flagsThatDiffer(entry).includes(flag as CommentFlag))
        .toSorted((one, other) => (one.time < other.time ? 1 : -1)),
    }
  }

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
    reply(asked: Asked): Reply {
      if (asked.url.pathname.startsWith('/rules')) return replyRules(asked)
      if (asked.method === 'GET') return read(asked)
      const [, , id = ''] = asked.url.pathname.split('/')
      if (!entries.has(id)) return problem(404, 'not-found')
      const tag = asked.headers['if-match']
      if (tag !== undefined && tag !== `"${versionOf(id)}"`)
        return problem(412, 'precondition-failed', { actual: versionOf(id), verdict: standing(id) })
      const { status, reason } = asked.body as { status: VerdictStatus; reason: string }
      judge(id, { status, reason, time: new Date().toISOString(), by: me })
      return { headers: { Position: String(move()) }, body: standing(id) }
    },
  }
}
