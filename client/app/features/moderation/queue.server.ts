import { moderationEndpoints } from '@logbook/contracts/endpoints/moderation.ts'
import type { VerdictStatus } from '@logbook/contracts/events/comments.ts'
import type { JudgedEntry, QueueEntry } from '@logbook/contracts/http/moderation.ts'
import { data, redirect } from 'react-router'
import type { Blog } from '../../services/blog.server.ts'
import { call, callOrThrow } from '../../services/call.server.ts'
import { type Form, field, typedText } from '../../services/form.server.ts'
import { rememberPosition } from '../../services/position.server.ts'
import { nextCursorOf } from '../page/paging.ts'
import type { Decided, Row } from './rows.ts'
import { isCommentFlag, isVerdictStatus, refusalOf } from './words.ts'

const entriesPerPage = 50
/** How many of a moderator's latest verdicts are searched for the one just sent. */
const ownVerdictsMax = 20
/** For how long the page offers to undo the latest verdict. Later it is changed where it is listed. */
const undoMsMax = 60 * 60 * 1000

interface Asked {
  blog: Blog
  request: Request
}

type Turn = ReturnType<Blog['renderer']['turn']>

const rowOf = async ({ content, ...entry }: QueueEntry, turn: Turn): Promise<Row> => ({
  ...entry,
  html: await turn.comment(content),
})

const decidedOf = async (entry: JudgedEntry, turn: Turn): Promise<Decided> => {
  const { before, ...judged } = entry
  return {
    row: await rowOf(judged, turn),
    status: entry.status,
    version: entry.version,
    before: before ?? { status: 'pending', reason: '' },
  }
}

/** The verdicts a moderator gave: the one that a form has just given, and the latest one, which can be undone. */
const loadOwn = async ({ blog, request }: Asked, judgedId: string | null, turn: Turn) => {
  const query = { by: 'me', limit: String(ownVerdictsMax) }
  const { body } = await callOrThrow(moderationEndpoints, 'GET /judged', { blog, request, query })
  const judged = body.find(({ id }) => id === judgedId)
  const last = body.find(
    ({ status, time }) => status !== 'pending' && Date.now() - Date.parse(time) < undoMsMax,
  )
  return {
    judged: judged ? await decidedOf(judged, turn) : null,
    last: last ? await decidedOf(last, turn) : null,
  }
}

/**
 * Comments of one status: those that wait for a person, longest wait first, or those that were judged, latest verdict first, of which those
 * with one flag may be asked for.
 */
export const loadQueue = async ({ blog, request }: Asked) => {
  const { searchParams: search } = new URL(request.url)
  const named = search.get('show')
  const show: VerdictStatus = isVerdictStatus(named) ? named : 'pending'
  const asked = search.get('flag')
  const flag = show !== 'pending' && isCommentFlag(asked) ? asked : null
  const cursor = search.get('cursor')
  const query = new URLSearchParams({ limit: String(entriesPerPage), ...(cursor ? { cursor } : {}) })
  if (show !== 'pending') query.set('status', show)
  if (flag !== null) query.set('flag', flag)
  const turn = blog.renderer.turn()
  const [listed, own] = await Promise.all([
    callOrThrow(moderationEndpoints, show === 'pending' ? 'GET /queue' : 'GET /judged', {
      ...{ blog, request, query },
    }),
    loadOwn({ blog, request }, search.get('judged'), turn),
  ])
  return {
    ...{ show, flag },
    rows: await Promise.all(listed.body.map((entry) => rowOf(entry, turn))),
    more: nextCursorOf(listed.headers),
    ...own,
  }
}

/** A verdict from a form, for browsers without JavaScript. Redirects to a page without other comments. */
export const giveVerdict = async ({ blog, request, form }: Asked & { form: Form }) => {
  const id = field(form, 'id')
  const show = field(form, 'show')
  const answer = await call(moderationEndpoints, 'POST /comments/:id/verdict', {
    ...{ blog, request, params: { id } },
    headers: {
      'Idempotency-Key': crypto.randomUUID(),
      'If-Match': `"${Number(field(form, 'version'))}"`,
    },
    body: {
      status: field(form, 'status'),
      reason: typedText(form, 'reason'),
      revision: Number(field(form, 'revision')),
    },
  })
  if (!answer.ok)
    return data(
      { ...refusalOf(answer.problem, (await blog.settings.current()).timeZone), show },
      { status: answer.status },
    )
  const search = new URLSearchParams({ ...(isVerdictStatus(show) ? { show } : {}), judged: id })
  throw redirect(`/moderation?${search}`, { headers: rememberPosition(answer) })
}
