import { routesOf } from '@logbook/chassis/access/gate.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { Router } from 'express'

const order = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Answers 405 for every method that a path of the router has no route for. Call it after all routes. */
export const refuseOtherMethods = (router: Router): void => {
  const methodsOf = new Map<string, string[]>()
  for (const route of routesOf(router)) {
    const [method = '', path = ''] = route.split(' ')
    const methods = method === 'GET' ? ['GET', 'HEAD'] : [method]
    methodsOf.set(path, [...(methodsOf.get(path) ?? []), ...methods])
  }
  for (const [path, methods] of methodsOf) {
    const allow = order.filter((method) => methods.includes(method)).join(', ')
    router.all(path, (_req, res) => {
      res.set('Allow', allow)
      throw new Problem('method-not-allowed', { detail: `This address takes ${allow}.` })
    })
  }
}
