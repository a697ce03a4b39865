import { accessTable, type Grant } from '@logbook/chassis/access/table.ts'
import { mediaWorker, operator } from '@logbook/contracts/identity.ts'

const writers: readonly Grant[] = ['author', 'owner', operator]
const keepers: readonly Grant[] = ['author', 'moderator', 'owner', operator]
const workers: readonly Grant[] = [`service:${mediaWorker}`, operator]

/** Who may call what of media. Whose a medium is comes after: `domain/decide.ts`. */
export const access = accessTable({
  'POST /media': writers,
  'GET /media': keepers,
  'GET /media/:id': keepers,
  'GET /media/:id/progress': keepers,
  'PATCH /media/:id': keepers,
  'POST /media/:id/cancel': keepers,
  'POST /media/:id/retry': keepers,
  'DELETE /media/:id': keepers,
  'GET /media/:id/:variant': ['anyone'],
  'POST /media/uploads': writers,
  'GET /media/uploads/:id': writers,
  'PATCH /media/uploads/:id': writers,
  'DELETE /media/uploads/:id': writers,
  'POST /work/claim': workers,
  'POST /work/:id/heartbeat': workers,
  'POST /work/:id/progress': workers,
  'POST /work/:id/finish': workers,
  'POST /work/:id/fail': workers,
  'GET /check': [operator],
  'GET /metrics': ['operator', 'metrics'],
})
