import type { Clock } from '@logbook/chassis/clock.ts'
import type { AllowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { rateCounter } from '@logbook/chassis/http/rate-store.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { look } from '@logbook/chassis/http/validate.ts'
import { derivedId } from '@logbook/chassis/ids.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import { hubRequest, leaseSeconds } from '@logbook/contracts/http/websub.ts'
import { getDomain } from 'tldts'
import { limits } from '../websub/limits.ts'
import type { HubRequests } from '../websub/requests.ts'
import { badForm, fieldsOf, formBody } from './open-form.ts'

interface HubRoutesOptions {
  requests: Pick<HubRequests, 'add'>
  allow: Pick<AllowedTargets, 'objectionToLiteral'>
  publicUrl: string
  clock: Clock
  wake: () => void
}

/** The site that a host belongs to: its owner has any number of names below it. */
const siteOf = ({ hostname }: URL): string => getDomain(hostname, { allowPrivateDomains: true }) ?? hostname

const leaseOf = (wished: string | undefined): number => {
  const { min, default: usual, max } = limits.leaseS
  if (wished === undefined) return usual
  const looked = look(leaseSeconds, wished)
  if (!looked.success) throw badForm(looked.errors.map((error) => ({ ...error, path: 'hub.lease_seconds' })))
  return Math.min(Math.max(looked.data, min), max)
}

/** Takes requests to subscribe and unsubscribe. Whether the callback agrees is asked later. */
export const hubHandlers = ({ requests, allow, publicUrl, clock, wake }: HubRoutesOptions) => {
  const { requestsMax: max, windowS } = limits.perSite
  const countFor = rateCounter({ clock, windowS })
  return handlersOf(notificationEndpoints)({
    'POST /websub': {
      before: formBody(limits.formBytesMax),
      handle({ locals }) {
        const fields = fieldsOf(locals, hubRequest)
        const { 'hub.mode': mode, 'hub.topic': topic, 'hub.secret': secret = null } = fields
        const callback = new URL(fields['hub.callback'])
        const path = 'hub.callback'
        if (callback.origin === new URL(publicUrl).origin)
          throw badForm([{ path, message: 'is an address of this blog' }])
        const objection = allow.objectionToLiteral(callback)
        if (objection !== undefined) throw badForm([{ path, message: objection }])
        callback.hash = ''
        const host = siteOf(callback)
        countFor(host, { max, detail: `Too many requests for ${host}.` })
        const id = derivedId('hub', callback.href, topic)
        const leaseS = leaseOf(mode === 'subscribe' ? fields['hub.lease_seconds'] : undefined)
        const full = requests.add(
          { id, mode, callback: callback.href, topic, host, secret, leaseS },
          clock.now().getTime(),
        )
        if (full !== undefined) throw new Problem('too-many', { detail: full, retryAfter: 600 })
        wake()
        return { headers: { 'Cache-Control': 'no-store' } }
      },
    },
  })
}
