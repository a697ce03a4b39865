import { answerCommand } from '@logbook/chassis/http/answers.ts'
import { jsonBody } from '@logbook/chassis/http/body.ts'
import { causeOf } from '@logbook/chassis/http/request-cause.ts'
import { validate } from '@logbook/chassis/http/validate.ts'
import { invalid } from '@logbook/chassis/problem.ts'
import { preferencesSubject } from '@logbook/contracts/events/notifications.ts'
import {
  deleteDevice,
  type PreferencesAnswer,
  putDevice,
  putPreferences,
} from '@logbook/contracts/http/notifications.ts'
import type { Request, Response, Router } from 'express'
import { decideDevice, decideDeviceGone, decidePreferences, type Person } from '../domain/person.ts'
import { limits } from '../limits.ts'
import { newLinkToken } from './link-token.ts'
import { personOf } from './person-of.ts'
import type { RoutesOptions } from './routes.ts'

/** What a person wants to be told, and the browsers that take push messages. */
export const routePreferences = (router: Router, options: RoutesOptions): void => {
  const { streams, clock, mailConnected, pushKey, objectionTo } = options
  const body = jsonBody({ bytesMax: limits.jsonBytesMax })
  const answerOf = ({ preferences, isMailEnded, devices }: Person): PreferencesAnswer => ({
    ...preferences,
    ...{ isMailEnded, mailConnected, devices: devices.length },
  })
  const now = () => clock.now().toISOString()

  // From the stream: who has just saved them sees them.
  router.get('/preferences', async (_req: Request, res: Response) => {
    const { state } = await streams.people.load(preferencesSubject(personOf(res).id))
    res.set('Cache-Control', 'no-store').json(answerOf(state))
  })

  router.put('/preferences', body, async (req: Request, res: Response) => {
    const { id } = personOf(res)
    const wanted = validate(putPreferences, req.body)
    const { state, position } = await streams.people.handle({
      subject: preferencesSubject(id),
      decide: decidePreferences(wanted, { id, at: now(), newToken: newLinkToken() }),
      ...causeOf(res),
    })
    answerCommand(res, { status: 200, position, body: answerOf(state) })
  })

  router.get('/push-key', (_req: Request, res: Response) => {
    res.set('Cache-Control', 'no-cache').json({ publicKey: pushKey() })
  })

  router.put('/devices', body, async (req: Request, res: Response) => {
    const { id } = personOf(res)
    const device = validate(putDevice, req.body)
    const objection = await objectionTo(device.endpoint)
    if (objection !== undefined) throw invalid('endpoint', objection)
    const { state, position } = await streams.people.handle({
      subject: preferencesSubject(id),
      decide: decideDevice(device, { id, at: now() }),
      ...causeOf(res),
    })
    answerCommand(res, { status: 200, position, body: answerOf(state) })
  })

  router.delete('/devices', body, async (req: Request, res: Response) => {
    const { id } = personOf(res)
    const { endpoint } = validate(deleteDevice, req.body)
    const { state, position } = await streams.people.handle({
      subject: preferencesSubject(id),
      decide: decideDeviceGone(endpoint, { id, at: now() }),
      ...causeOf(res),
    })
    answerCommand(res, { status: 200, position, body: answerOf(state) })
  })
}
