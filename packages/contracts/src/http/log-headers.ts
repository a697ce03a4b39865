import { z } from 'zod'
import { headers } from './headers.ts'

const digits = z.string().regex(/^\d{1,15}$/)

/** How far an answer reflects the log. */
const position = {
  [headers.position]: {
    description: 'How far the log had been read, or was written, when this was answered.',
    schema: { type: 'integer', minimum: 0 },
  },
}

/** The log that the position is of. */
const identity = {
  [headers.logId]: {
    description: 'Which log it is. The id is random, and stays.',
    schema: { type: 'string' },
  },
  [headers.logEpoch]: {
    description: 'Rises at each restore: from then on positions mean other events.',
    schema: { type: 'integer', minimum: 1 },
  },
}

/** The position of an answer, and which log it is of, as OpenAPI describes headers. */
export const placeHeaders = { ...position, ...identity }

/** The headers of a page. */
export const pageHeaders = {
  ...placeHeaders,
  Link: { description: 'The next page, `rel="next"`, if there is one.', schema: { type: 'string' } },
}

/** The checksum of the event at the position of a page. */
export const checksumHeader = {
  [headers.logChecksum]: {
    description: 'Of the event at that position; it continues those of all events before it.',
    schema: { type: 'string' },
  },
}

/** The log that an append or a read of a stream expects. */
export const expectedLogHeaders = {
  [headers.logId]: z.string().optional().describe('For which log this request is, beside its epoch.'),
  [headers.logEpoch]: digits
    .optional()
    .describe('Where the log has another id or epoch, the answer is 409 and nothing is recorded.'),
}

/** The log that a reader has read so far. */
export const readLogHeaders = {
  [headers.logId]: z.string().optional().describe('Of which log the reader has its position.'),
  [headers.logEpoch]: digits
    .optional()
    .describe('In which epoch of it; 0 without an id for a position from before there were any.'),
  [headers.logChecksum]: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe('At that position. Where one of them is another, the answer is 409.'),
}
