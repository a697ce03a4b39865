import { callerOf } from '@logbook/chassis/access/gate.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import type { Person } from '@logbook/contracts/identity.ts'
import type { Response } from 'express'

/** Who asks: the table lets only people in. */
export const personOf = (res: Response): Person => {
  const caller = callerOf(res)
  if (caller.kind !== 'person') throw new Problem('forbidden')
  return caller
}
