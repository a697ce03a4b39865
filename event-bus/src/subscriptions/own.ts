import { Problem } from '@logbook/chassis/problem.ts'
import { type Caller, operator } from '@logbook/contracts/identity.ts'
import type { Registry } from './registry.ts'
import type { Subscription } from './subscription.ts'

/** The subscriptions that a caller may see. */
export interface OwnSubscriptions {
  all(caller: Caller): Subscription[]
  /** Throws `forbidden` for one that does not name the caller and for an unknown one; for the operator `not-found`. */
  get(name: string, caller: Caller): Subscription
}

/** The operator may see all of them, and others those that name them; where callers are not known, everyone may see all. */
export const ownSubscriptions = (
  registry: Pick<Registry, 'all' | 'get'>,
  { isOpen }: { isOpen: boolean },
): OwnSubscriptions => {
  const isFor = (subscription: Subscription | undefined, caller: Caller): boolean => {
    if (isOpen) return true
    if (caller.kind !== 'service') return false
    return caller.name === operator || (subscription?.run.settings.callers ?? []).includes(caller.name)
  }
  return {
    all: (caller) => registry.all().filter((subscription) => isFor(subscription, caller)),
    get(name, caller) {
      const found = registry.all().find(({ run }) => run.name === name)
      if (!isFor(found, caller))
        throw new Problem('forbidden', { detail: 'This subscription does not name you.' })
      return found ?? registry.get(name)
    },
  }
}
