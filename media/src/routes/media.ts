import type { Clock } from '@logbook/chassis/clock.ts'
import type { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import { reachPosition } from '@logbook/chassis/http/min-position.ts'
import { type Command, handlersOf } from '@logbook/chassis/http/serve.ts'
import { derivedId, type Ids } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { invalid, notFound, Problem } from '@logbook/chassis/problem.ts'
import { mediaEndpoints } from '@logbook/contracts/endpoints/media.ts'
import { mediaSubject } from '@logbook/contracts/events/media.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import { mayModerate } from '@logbook/contracts/identity.ts'
import { decide, type MediaCommand, mayChooseIds, mayManage } from '../domain/decide.ts'
import { nameFromUrl, safeName, uniqueName } from '../domain/file-name.ts'
import type { MediaEvent, Medium } from '../domain/medium.ts'
import { historyOf } from '../history/history.ts'
import type { JobProgress } from '../jobs/job-progress.ts'
import { ownerOf, type Requests } from '../jobs/requests.ts'
import { limits } from '../limits.ts'
import type { Medium as MediumRow, View } from '../read-model/view.ts'
import { answerOf } from './answers.ts'

interface Shown {
  view: View
  jobProgress: Pick<JobProgress, 'progressOf'>
}

interface Changing extends Shown {
  follower: Parameters<typeof reachPosition>[0]
}

const headers = { 'Cache-Control': 'private, no-cache' } as const
const handlers = handlersOf(mediaEndpoints)

/** A medium that the caller may see and change. Throws `not-found` for others. */
export const managedMedium = (view: Pick<View, 'one'>, id: string, caller: Caller): MediumRow => {
  const medium = view.one(id)
  if (medium === undefined || !mayManage({ ownerId: medium.owner }, caller)) throw notFound('such medium')
  return medium
}

export const mediaReads = ({ bus, ...shown }: Shown & { bus: Pick<Bus, 'readStream'> }) => {
  const { view } = shown
  return handlers({
    'GET /media'(
      { query: { limit, cursor = Number.MAX_SAFE_INTEGER, state, kind, owner, q, unused, imported } },
      caller,
    ) {
      const own = ownerOf(caller) ?? undefined
      const seesAll = caller.kind === 'service' || mayModerate(caller)
      const asked = owner === 'me' ? own : owner
      if (!seesAll && asked !== undefined && asked !== own) throw new Problem('forbidden')
      const found = view.page({
        ...{ before: cursor, limit: limit + 1, state, kind, words: q, isUnused: unused === 'true' },
        isImported: imported === 'true',
        owner: seesAll ? asked : own,
        withPortraits: caller.kind === 'service',
      })
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return {
        body: page.map((medium) => answerOf(medium, shown)),
        next: found.length > limit && last ? { cursor: String(last.position) } : undefined,
        headers,
      }
    },
    'GET /media/:id'({ params: { id } }, caller) {
      const medium = managedMedium(view, id, caller)
      return { body: answerOf(medium, shown), version: medium.version, headers }
    },
    async 'GET /media/:id/history'({ params: { id } }, caller) {
      managedMedium(view, id, caller)
      return { body: await historyOf(bus, id), headers }
    },
  })
}

/** Answers a command with the medium once the view has its events. */
const changed = async (
  { id, position, version }: { id: string; position: number; version: number },
  options: Changing,
) => {
  await reachPosition(options.follower, position, limits.viewMsMax)
  const medium = options.view.one(id)
  if (medium === undefined) throw notFound('such medium')
  return { body: answerOf(medium, options), position, version }
}

interface RequestOptions extends Changing {
  requests: Requests
  ids: Ids
  /** Returns why a URL may not be fetched, judged without a DNS lookup, or undefined. */
  objectionTo: (url: URL) => string | undefined
}

export const mediaRequest = (options: RequestOptions) => {
  const { requests, ids, objectionTo } = options
  return handlers({
    async 'POST /media'({ body: { id: chosen, url, name, ...wanted }, command }, caller) {
      if (chosen !== undefined && !mayChooseIds(caller)) throw invalid('id', 'may be chosen by owners only')
      const address = new URL(url)
      // Before they are in the log.
      if (address.username !== '' || address.password !== '')
        throw invalid('url', 'credentials do not belong in an address')
      const objection = objectionTo(address)
      if (objection !== undefined) throw invalid('url', objection)
      const owner = ownerOf(caller)
      requests.assertJobQuota(owner)
      requests.assertSpace(owner, 0)
      // A retry must meet the same stream, so the id follows from the idempotency key.
      const id = chosen ?? (command.idempotency ? derivedId('media', command.idempotency.id) : ids.next())
      const medium = {
        ...{ id, url, upload: null, name: name ?? nameFromUrl(url), ...wanted },
        ...(chosen !== undefined && { imported: true as const }),
      }
      const { position, version } = await requests.request(medium, owner, command)
      return { ...(await changed({ id, position, version }, options)), location: `/media/${id}` }
    },
  })
}

type OfPerson = Extract<MediaCommand, { caller: Caller }>
type Asked = OfPerson extends infer Each
  ? Each extends OfPerson
    ? Omit<Each, 'at' | 'caller'>
    : never
  : never

interface ChangesOptions extends Changing {
  media: Pick<CommandHandler<Medium, MediaEvent>, 'handle'>
  clock: Clock
}

export const mediaChanges = (options: ChangesOptions) => {
  const { media, clock, view, follower } = options
  const handle = async (
    id: string,
    asked: Asked,
    { caller, command }: { caller: Caller; command: Command },
  ) => {
    const whole = { ...asked, at: clock.now().toISOString(), caller } as OfPerson
    const { position, version } = await media.handle({
      ...command,
      subject: mediaSubject(id),
      decide: (medium) => decide(medium, whole),
    })
    return { id, position, version }
  }

  return handlers({
    async 'PATCH /media/:id'({ params: { id }, body: changes, command }, caller) {
      const { owner } = managedMedium(view, id, caller)
      const { name } = changes
      const isTaken = (each: string) => view.isNamed(owner, each, id)
      const named = name === undefined ? changes : { ...changes, name: uniqueName(safeName(name), isTaken) }
      return changed(await handle(id, { kind: 'describe', changes: named }, { caller, command }), options)
    },
    async 'POST /media/:id/cancel'({ params: { id }, command }, caller) {
      return changed(await handle(id, { kind: 'cancel' }, { caller, command }), options)
    },
    async 'POST /media/:id/retry'({ params: { id }, command }, caller) {
      return changed(await handle(id, { kind: 'retry' }, { caller, command }), options)
    },
    async 'DELETE /media/:id'({ params: { id }, command }, caller) {
      const { position } = await handle(id, { kind: 'remove' }, { caller, command })
      // A list that is read next must not have it any more.
      await reachPosition(follower, position, limits.viewMsMax)
      return { position }
    },
  })
}
