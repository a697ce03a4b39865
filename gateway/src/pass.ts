import { securityHeaders } from '@logbook/chassis/http/app.ts'
import type { Prepared } from '@logbook/chassis/http/prepared.ts'
import { isProblem } from '@logbook/chassis/problem.ts'
import { honeypotField } from '@logbook/contracts/http/honeypot.ts'
import type { Request, RequestHandler, Response } from 'express'
import { type Caller, type Callers, nobody } from './callers/callers.ts'
import type { ClientAddress } from './checks/client-address.ts'
import { isCommand, refuseCrossSite } from './checks/cross-site.ts'
import { isNavigation } from './checks/navigation.ts'
import type { PublicAddress } from './checks/public-address.ts'
import { readForm, without } from './forms/filled-in.ts'
import { isTrapped, pretend } from './forms/honeypot.ts'
import { type FormKind, formKindOf, intendedKind } from './forms/kinds.ts'
import type { RateLimits } from './forms/rate-limits.ts'
import type { Forward } from './forward/forward.ts'
import { rememberedDestination, type Upstream } from './routes.ts'
import { createSend, type Exchanged, strictTransport } from './sending.ts'
import { answerUnavailable } from './unavailable.ts'

export interface PassOptions {
  address: PublicAddress
  clients: ClientAddress
  /** Without it nobody is anyone. */
  callers: Callers | undefined
  /** Without it forms may be sent as often as one likes. */
  rateLimits: RateLimits | undefined
  forward: Forward['forward']
}

/** Whose commands may change who somebody is: a form of a page reaches accounts too. */
const changesAccounts: ReadonlySet<Upstream> = new Set(['accounts', 'client'])

/** Passes requests on for whoever makes them; `form` does so for those that are counted and looked into. */
const createPassOn = (options: PassOptions) => {
  const { clients, callers, rateLimits } = options
  const send = createSend(options)

  const callerOf = async ({ req, destination }: Exchanged): Promise<Caller> =>
    callers ? callers.callerOf(req, destination) : nobody

  const sendFor = (passing: Exchanged, caller: Caller, body?: Buffer): void => {
    const { req, destination } = passing
    const changes = changesAccounts.has(destination.to) && isCommand(req)
    send(passing, {
      caller,
      ...(body && { body }),
      ...(changes && callers && { onAnswer: () => callers.changed(caller) }),
    })
  }

  return {
    sendFor,
    async plainly(passing: Exchanged): Promise<void> {
      sendFor(passing, await callerOf(passing))
    },
    async form(passing: Exchanged<Request, Response>, addressKind: FormKind): Promise<void> {
      const { req, res, destination } = passing
      const form = await readForm(req)
      const kind = intendedKind(addressKind, { to: destination.to, intent: form.fields.get('intent') })
      const attempt = { kind, address: clients.addressOf(req) }
      await rateLimits?.admit('network', { req, res, attempt: { ...attempt, caller: undefined } })
      if (isTrapped(form)) return pretend(req, res, destination.to)
      const caller = await callerOf(passing)
      await rateLimits?.admit('caller', { req, res, attempt: { ...attempt, caller: caller.id } })
      sendFor(passing, caller, without(form, honeypotField, req.headers['content-type']))
    },
  }
}

export interface Pass {
  /** Passes on reads by nobody, which are most requests, ahead of Express. What it throws at is for `pass`, which says what is wrong. */
  read: Prepared
  pass: RequestHandler
}

/** What happens to every request that is for a service: whether it may come in, where it goes, who it is from, and off it goes. */
export const createPass = (options: PassOptions): Pass => {
  const { address, callers } = options
  const passOn = createPassOn(options)

  const read: Prepared = (req, res) => {
    if (isCommand(req) || (callers && !callers.isNobody(req))) return undefined
    address.checkHost(req)
    const destination = rememberedDestination(req)
    passOn.sendFor({ req, res, destination }, nobody)
    return destination.route
  }

  const pass: RequestHandler = (req, res, next) => {
    const refuse = (error: unknown) => {
      if (isProblem(error, 'unavailable') && isNavigation(req)) return answerUnavailable(req, res, 'client')
      res.set(securityHeaders)
      if (address.secure) res.set(...strictTransport)
      if (isProblem(error, 'method-not-allowed'))
        res.set('Allow', [error.details.extensions?.allow].flat().join(', '))
      next(error)
    }
    try {
      address.checkHost(req)
      refuseCrossSite(req, address)
      const destination = rememberedDestination(req)
      res.locals.route = destination.route
      const passing = { req, res, destination }
      const kind = isCommand(req) ? formKindOf({ method: req.method, ...destination }) : undefined
      const passed = kind === undefined ? passOn.plainly(passing) : passOn.form(passing, kind)
      passed.catch(refuse)
    } catch (error) {
      refuse(error)
    }
  }

  return { read, pass }
}
