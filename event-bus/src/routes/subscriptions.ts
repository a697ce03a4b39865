import type { AllowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import type { LogStore } from '@logbook/chassis/log/log-store.ts'
import { invalid, notFound } from '@logbook/chassis/problem.ts'
import { busEndpoints } from '@logbook/contracts/endpoints/event-bus.ts'
import { subscriptionName } from '@logbook/contracts/http/subscriptions.ts'
import type { RequestHandler } from 'express'
import type { OwnSubscriptions } from '../subscriptions/own.ts'
import type { Match, Registry } from '../subscriptions/registry.ts'
import { statusOf } from '../subscriptions/status.ts'
import type { Subscription } from '../subscriptions/subscription.ts'
import { type Reach, unstored } from './reach.ts'

interface Managing {
  registry: Registry
  own: OwnSubscriptions
  reach: Reach
  log: Pick<LogStore, 'head'>
  targets: AllowedTargets
  now: () => number
}

const matchOf = ({ ifMatch, mustExist }: { ifMatch?: number | undefined; mustExist?: boolean }): Match =>
  ifMatch ?? (mustExist ? 'any' : undefined)

const refuseWrongName: RequestHandler = (req, _res, next) => {
  if (!subscriptionName.safeParse(req.params.name).success)
    throw invalid('name', 'must be at most 100 letters, digits, dots, dashes or underscores')
  next()
}

/** Creates, shows, changes and deletes subscriptions. */
export const createSubscriptionHandlers = ({ registry, own, reach, targets, log, now }: Managing) => {
  const status = (subscription: Subscription) => statusOf(subscription, { head: log.head(), now: now() })
  const shown = (subscription: Subscription) => ({
    body: status(subscription),
    version: subscription.run.revision,
    headers: unstored,
  })

  return handlersOf(busEndpoints)({
    'GET /subscriptions': {
      before: reach.all,
      handle: (_input, caller) => ({ body: own.all(caller).map(status), headers: unstored }),
    },
    'GET /subscriptions/:name': {
      before: reach.one,
      handle: ({ params: { name } }, caller) => shown(own.get(name, caller)),
    },
    'PUT /subscriptions/:name': {
      before: [reach.all, refuseWrongName],
      async handle({ params: { name }, body: settings, command }) {
        if (settings.mode === 'push') {
          const objection = await targets.objectionTo(settings.url)
          if (objection !== undefined) throw invalid('url', objection)
        }
        const { subscription, created } = registry.put(name, { settings, match: matchOf(command) })
        if (!created) return shown(subscription)
        return { ...shown(subscription), status: 201, location: `/subscriptions/${name}` }
      },
    },
    'DELETE /subscriptions/:name': {
      before: reach.one,
      async handle({ params: { name }, command }) {
        await registry.remove(name, matchOf(command))
        return {}
      },
    },
    'GET /subscriptions/:name/secret': {
      before: reach.one,
      handle({ params: { name } }, caller) {
        const { settings } = own.get(name, caller).run
        if (settings.mode === 'pull' || settings.secret === undefined)
          throw notFound('secret: nothing is sent by a pull subscription')
        return { body: { secret: settings.secret }, headers: unstored }
      },
    },
    'POST /subscriptions/:name/pause': {
      before: reach.one,
      handle({ params: { name } }, caller) {
        const subscription = own.get(name, caller)
        subscription.switchTo('paused')
        return shown(subscription)
      },
    },
    'POST /subscriptions/:name/resume': {
      before: reach.one,
      handle({ params: { name } }, caller) {
        const subscription = own.get(name, caller)
        subscription.switchTo('active')
        return shown(subscription)
      },
    },
    'POST /subscriptions/:name/reset': {
      before: reach.one,
      handle({ params: { name }, body: { position } }, caller) {
        const subscription = own.get(name, caller)
        registry.reset(subscription, position)
        return shown(subscription)
      },
    },
  })
}
