import { Problem } from '@logbook/chassis/problem.ts'
import { type Caller, operator } from '@logbook/contracts/identity.ts'
import type { Response } from 'express'
import type { Registry } from './registry.ts'
import type { Subscription } from './subscription.ts'

/** True where the bus knows no callers, for the operator, and for those that the subscription names. */
const isFor = (subscription: Subscription | undefined, caller: Caller | undefined): boolean => {
  if (caller === undefined) return true
  if (caller.kind !== 'service') return false
  return caller.name === operator || (subscription?.run.settings.callers ?? []).includes(caller.name)
}

/** The subscriptions as the caller of a request may know them. */
export const ownSubscriptions = (registry: Pick<Registry, 'all' | 'get'>) => {
  const callerOf = ({ locals }: Pick<Response, 'locals'>): Caller | undefined => locals.caller
  return {
    all: (res: Response): Subscription[] =>
      registry.all().filter((subscription) => isFor(subscription, callerOf(res))),
    /** Throws `forbidden` for one that does not name the caller, as for one that is not there; `not-found` to the operator. */
    get(name: string, res: Response): Subscription {
      const caller = callerOf(res)
      const found = registry.all().find(({ run }) => run.name === name)
      if (!isFor(found, caller))
        throw new Problem('forbidden', { detail: 'This subscription does not name you.' })
      return found ?? registry.get(name)
    },
  }
}
