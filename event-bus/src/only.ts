import { Problem } from '@logbook/chassis/problem.ts'
import type { RequestHandler } from 'express'

/** Answers 405 at an address that takes no other methods. */
export const only =
  (methods: string): RequestHandler =>
  (_req, res) => {
    res.set('Allow', methods)
    throw new Problem('method-not-allowed', { detail: `This address takes ${methods}.` })
  }
