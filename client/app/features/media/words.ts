import type { Medium } from './api.ts'

const units = ['bytes', 'kB', 'MB', 'GB'] as const

/** A number of bytes as people say it: `1.2 MB`. */
export const bytesInWords = (bytes: number): string => {
  const step = bytes < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  const number = bytes / 1_000 ** step
  return `${number.toLocaleString('en', { maximumFractionDigits: step === 0 || number >= 10 ? 0 : 1 })} ${units[step]}`
}

const steps = { fetching: 'Fetching', making: 'Creating sizes', storing: 'Storing' } as const

/** How far a medium is, in a line. */
export const stateInWords = ({ state, progress, reason, retryAt }: Medium): string => {
  if (state === 'finished') return 'Ready'
  if (state === 'failed') return reason ?? 'It failed.'
  if (retryAt !== null) return `Waiting for another attempt. ${reason ?? ''}`.trim()
  if (state === 'not started' || progress === null) return 'Waiting for a worker'
  const { step, bytes, total, rate, secondsLeft } = progress
  if (step !== 'fetching') return `${steps[step]} …`
  const parts = [
    total === null ? bytesInWords(bytes) : `${bytesInWords(bytes)} of ${bytesInWords(total)}`,
    ...(rate === null ? [] : [`${bytesInWords(Math.round(rate))} a second`]),
    ...(secondsLeft === null ? [] : [`${Math.ceil(secondsLeft)} s left`]),
  ]
  return `${steps[step]}: ${parts.join(', ')}`
}
