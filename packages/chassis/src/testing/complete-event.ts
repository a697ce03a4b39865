import { v7 as uuidv7 } from 'uuid'
import type { CompleteEvent } from '../log/log-store.ts'

/** An event as the bus hands it to a log, with what a test cares about in place of the defaults. */
export const completeEvent = (wanted: Partial<CompleteEvent> = {}): CompleteEvent => ({
  specversion: '1.0',
  id: uuidv7(),
  source: '/test',
  type: 'Happened',
  subject: 'thing-1',
  time: '2026-11-20T22:45:00.000Z',
  datacontenttype: 'application/json',
  dataversion: 1,
  data: { of: 'no matter' },
  ...wanted,
})
