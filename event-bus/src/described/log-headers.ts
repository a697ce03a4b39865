import { headers } from '@logbook/contracts/http/headers.ts'
import { z } from 'zod'

/** How far an answer reflects the log. */
export const position = {
  [headers.position]: {
    description: 'How far the log had been read, or was written, when this was answered.',
    schema: { type: 'integer' as const, minimum: 0 },
  },
}

/** Which log the position is of. */
export const identity = {
  [headers.logId]: {
    description: 'Which log it is. The id is random, and stays.',
    schema: { type: 'string' as const },
  },
  [headers.logEpoch]: {
    description: 'Rises at each restore: from then on positions mean other events.',
    schema: { type: 'integer' as const, minimum: 1 },
  },
}

/** The checksum of the event at the position of a page. */
export const checksum = {
  [headers.logChecksum]: {
    description: 'Of the event at that position; it continues those of all events before it.',
    schema: { type: 'string' as const },
  },
}

/** The log that an append or a read of a stream expects. */
export const meant = {
  [headers.logId]: z
    .string()
    .optional()
    .meta({ description: 'For which log this request is, beside its epoch.' }),
  [headers.logEpoch]: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional()
    .meta({
      description: 'Where the log has another id or epoch, the answer is 409 and nothing is recorded.',
    }),
}

/** The log that a reader has read so far. */
export const known = {
  [headers.logId]: z.string().optional().meta({ description: 'Of which log the reader has its place.' }),
  [headers.logEpoch]: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional()
    .meta({
      description: 'In which epoch of it; 0 without an id for a place from before there were any.',
    }),
  [headers.logChecksum]: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .meta({ description: 'At that place. Where one of them is another, the answer is 409.' }),
}
