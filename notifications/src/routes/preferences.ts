import { personOf } from '@logbook/chassis/access/gate.ts'
import type { WallClock } from '@logbook/chassis/clock.ts'
import { type Command, handlersOf } from '@logbook/chassis/http/serve.ts'
import { invalid } from '@logbook/chassis/problem.ts'
import { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import { preferencesSubject } from '@logbook/contracts/events/notifications.ts'
import type { PreferencesAnswer } from '@logbook/contracts/http/notifications.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import {
  decideDevice,
  decideDeviceGone,
  decidePreferences,
  type Person,
  type PersonDecision,
} from '../domain/person.ts'
import type { Streams } from '../log/streams.ts'
import { newLinkToken } from './link-token.ts'

interface PreferencesOptions {
  people: Streams['people']
  clock: WallClock
  /** False if mails are written to a folder. */
  mailConnected: boolean
  /** The public key for Web Push, in base64url. */
  pushKey: () => string
  /** Resolves to why no message may be posted to a URL, or undefined. */
  objectionTo: (url: string) => Promise<string | undefined>
}

/** The caller's preferences, and the browsers that receive their push messages. */
export const preferencesHandlers = (options: PreferencesOptions) => {
  const { people, clock, mailConnected, pushKey, objectionTo } = options
  const answerOf = ({ preferences, isMailEnded, devices }: Person): PreferencesAnswer => ({
    ...preferences,
    ...{ isMailEnded, mailConnected, devices: devices.length },
  })
  const change = async (
    caller: Caller,
    command: Command,
    decision: (by: { id: string; at: string }) => PersonDecision,
  ) => {
    const { id } = personOf(caller)
    const { state, version, position } = await people.handle({
      ...command,
      subject: preferencesSubject(id),
      decide: decision({ id, at: clock.now().toISOString() }),
    })
    return { body: answerOf(state), version, position }
  }

  return handlersOf(notificationEndpoints)({
    // Read from the stream, so that a person sees what they have just saved.
    async 'GET /preferences'(_input, caller) {
      const { state, version } = await people.load(preferencesSubject(personOf(caller).id))
      return { body: answerOf(state), version, headers: { 'Cache-Control': 'no-store' } }
    },
    'PUT /preferences': ({ body, command }, caller) =>
      change(caller, command, (by) => decidePreferences(body, { ...by, newToken: newLinkToken() })),
    'GET /push-key': () => ({ body: { publicKey: pushKey() }, headers: { 'Cache-Control': 'no-cache' } }),
    async 'PUT /devices'({ body, command }, caller) {
      const objection = await objectionTo(body.endpoint)
      if (objection !== undefined) throw invalid('endpoint', objection)
      return change(caller, command, (by) => decideDevice(body, by))
    },
    'DELETE /devices': ({ body, command }, caller) =>
      change(caller, command, (by) => decideDeviceGone(body.endpoint, by)),
  })
}
