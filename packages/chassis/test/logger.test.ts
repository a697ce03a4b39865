import { describe, expect, it } from 'vitest'
import { loggableError } from '../src/logger.ts'
import { Problem } from '../src/problem.ts'

describe('an error in the log', () => {
  it('is its name, code, message and causes, without what libraries hang on theirs', () => {
    const config = { headers: { cookie: 'secret' } }
    const below = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', config })
    const entry = loggableError(new Problem('unavailable', { detail: 'The bus is away.', cause: below }))
    expect(entry).toMatchObject({
      type: 'Problem',
      code: 'unavailable',
      message: 'The bus is away.',
      cause: { type: 'Error', code: 'ECONNREFUSED', message: 'refused' },
    })
    expect(JSON.stringify(entry)).not.toContain('secret')
  })
})
