import { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import { timeZoneNames } from '@logbook/contracts/time-zone.ts'
import { data } from 'react-router'
import { refuse as refuseToLoad } from '../../services/ask.server.ts'
import { call } from '../../services/call.server.ts'
import { type Form, field } from '../../services/form.server.ts'
import { viewerWith } from '../../services/viewer.server.ts'
import { type Command, refuse } from '../accounts/form.server.ts'
import type { FormAnswer } from '../accounts/form-answer.ts'
import { channels, kindsFor } from './words.ts'

const everyone = ['reader', 'moderator', 'author', 'owner'] as const

export const loadPreferences = async ({ blog, request }: Omit<Command, 'form'>) => {
  const { role } = viewerWith(request, everyone)
  const answer = await call(notificationEndpoints, 'GET /preferences', { blog, request })
  if (!answer.ok) return refuseToLoad({ request }, answer)
  return { role, preferences: answer.body, timeZones: timeZoneNames() }
}

/** A checkbox that is not checked is not sent: what is left is what is wanted. */
const kindsIn = (form: Form, channel: string, role: Parameters<typeof kindsFor>[0]) =>
  kindsFor(role)
    .map(([kind]) => kind)
    .filter((kind) => form.has(`${channel}-${kind}`))

export const savePreferences = async ({ blog, request, form }: Command) => {
  const { role } = viewerWith(request, everyone)
  const [from, to] = [field(form, 'quietFrom'), field(form, 'quietTo')]
  const body = {
    ...Object.fromEntries(channels.map(([channel]) => [channel, kindsIn(form, channel, role)])),
    rhythm: field(form, 'rhythm') === 'daily' ? 'daily' : 'each',
    quiet: from === '' && to === '' ? null : { from, to },
    timeZone: field(form, 'timeZone').trim() || 'UTC',
  }
  const answer = await call(notificationEndpoints, 'PUT /preferences', { blog, request, body })
  if (!answer.ok) return refuse(answer, form)
  return data({ intent: '', done: 'Saved.', errors: {}, values: {} } satisfies FormAnswer)
}
