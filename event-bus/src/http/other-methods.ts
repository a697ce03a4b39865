import { Problem } from '@logbook/chassis/problem.ts'
import type { Router } from 'express'

/** Answers 405 for every method that a path has no route for. Goes behind the routes. */
export const refuseOtherMethods = (router: Router, methodsOf: Readonly<Record<string, string>>): void => {
  for (const [path, methods] of Object.entries(methodsOf))
    router.all(path, (_req, res) => {
      res.set('Allow', methods)
      throw new Problem('method-not-allowed', { detail: `This address takes ${methods}.` })
    })
}
