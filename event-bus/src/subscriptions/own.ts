import { Problem } from '@logbook/chassis/problem.ts'
import { type Caller, operator } from '@logbook/contracts/identity.ts'
import type { Response } from 'express'
import type { Registry } from './registry.ts'
import type { Subscription } from './subscription.ts'

/** True where callers are not known, for the operator, and for callers that the subscription names. */
const isFor = (subscription: Subscription | undefined, caller: Caller | undefined): boolean => {
  if (caller === undefined) return true
  if (caller.kind !== 'service') return false
  return caller.name === operator || (subscription?.run.settings.callers ?? []).includes(caller.name)
}

/** The subscriptions that the caller of a request may see. */
export const ownSubscriptions = (registry: Pick<Registry, 'all' | 'get'>) => {
  const callerOf = ({ locals }: Pick<Response, 'locals'>): Caller | undefined => locals.caller
  return {
    all: (res: Response): Subscription[] =>
      registry.all().filter((subscription) => isFor(subscription, callerOf(res))),
    /** Throws `forbidden` for one that does not name the caller and for an unknown one; for the operator `not-found`. */
    get(name: string, res: Response): Subscription {
      const caller = callerOf(res)
      const found = registry.all().find(({ run }) => run.name === name)
      if (!isFor(found, caller))
        throw new Problem('forbidden', { detail: 'This subscription does not name you.' })
      return found ?? registry.get(name)
    },
  }
}
