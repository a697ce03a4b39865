import type { Logbook } from '../e2e/logbook.ts'

const key = Symbol.for('logbook.features')
const holder = globalThis as { [key]?: Logbook }

/** Names the Logbook that the steps are tried on: cucumber imports them by itself, apart from the test that starts it. */
export const tryOn = (logbook: Logbook): void => {
  holder[key] = logbook
}

export const logbookUnderTest = (): Logbook => {
  const logbook = holder[key]
  if (logbook === undefined) throw new Error('No Logbook was started for the features.')
  return logbook
}
