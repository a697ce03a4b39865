import { afterEach } from 'vitest'
import { keptNow } from './kept.ts'

// A setup file of the whole-system tests: the message of a test that failed names where its data and output are.
afterEach(async ({ task }) => {
  const [error] = task.result?.errors ?? []
  if (error === undefined) return
  const kept = await keptNow()
  error.message += kept
  if (error.stack !== undefined && kept !== '') error.stack = error.stack.replace(/\n {4}at /, `${kept}$&`)
})
