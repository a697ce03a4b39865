import { vi } from 'vitest'

// vitest gives what must come one second, which machines that are busy with other things do not always keep. It is waited for
// as long as a test may take at all: who waits for what never comes loses the time, and only when something is broken.
const { waitFor } = vi
const patience = { timeout: 40_000, interval: 10 }
vi.waitFor = (check, options) =>
  waitFor(check, { ...patience, ...(typeof options === 'number' ? { timeout: options } : options) })
