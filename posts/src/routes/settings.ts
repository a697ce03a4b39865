import { callerOf } from '@logbook/chassis/access/gate.ts'
import type { Clock } from '@logbook/chassis/clock.ts'
import { CommandHandler } from '@logbook/chassis/command/command-handler.ts'
import { answerCommand, ifMatchVersion, linkNext } from '@logbook/chassis/http/answers.ts'
import { jsonBody } from '@logbook/chassis/http/body.ts'
import { idempotencyOf } from '@logbook/chassis/http/idempotency.ts'
import { causeOf } from '@logbook/chassis/http/request-cause.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import type { Ids } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { type BlogSettings, evolveSettings, settingsSubject } from '@logbook/contracts/events/settings.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import { putSettings } from '@logbook/contracts/http/settings.ts'
import { type Request, type Response, Router } from 'express'
import { decideSettings, decodeSettings, historyOfSettings } from '../domain/settings.ts'
import { limits } from '../limits.ts'
import { historyPage } from './paging.ts'

interface SettingsRoutes {
  bus: Bus
  clock: Clock
  ids: Ids
  source: string
  /** The settings until they are changed for the first time. */
  initial: BlogSettings
}

/** The settings of the blog. They are read from their stream, which is short, and not from a view. */
export const createSettingsRoutes = ({ bus, clock, ids, source, initial }: SettingsRoutes): Router => {
  const router = Router()
  const settings = new CommandHandler({
    ...{ bus, ids, source, initial },
    evolve: evolveSettings,
    decode: decodeSettings,
    dataVersion: (type) => currentDataVersion(type),
  })

  router.get('/settings', async (_req, res) => {
    const { state, version, position } = await settings.load(settingsSubject)
    res.set('Cache-Control', 'no-cache')
    answerCommand(res, { status: 200, position, version, body: state })
  })

  const body = jsonBody({ bytesMax: limits.settingsBytesMax })
  router.put('/settings', body, async (req: Request, res: Response) => {
    const wanted = validate(putSettings, req.body)
    const { state, version, position } = await settings.handle({
      subject: settingsSubject,
      decide: decideSettings({ wanted, at: clock.now().toISOString(), caller: callerOf(res) }),
      ifMatch: ifMatchVersion(req),
      idempotency: idempotencyOf(req, res, { service: 'posts', body: wanted }),
      ...causeOf(res),
    })
    answerCommand(res, { status: 200, position, version, body: state })
  })

  router.get('/settings/history', async (req, res) => {
    const { limit, cursor: before } = validate(historyPage, req.query)
    const { entries, more } = await historyOfSettings(bus, { initial, limit, before })
    const last = entries.at(-1)
    if (more && last) res.set('Link', linkNext(req, { cursor: String(last.version) }))
    res.set('Cache-Control', 'no-cache').json(entries)
  })

  return router
}
