import { accessTable } from '@logbook/chassis/access/table.ts'

const persons = ['reader', 'moderator', 'author', 'owner'] as const

/** Who may call what of notifications. What a mail's link shows is a secret of its own: who follows it need not be signed in. */
export const access = accessTable({
  'GET /inbox': persons,
  'POST /inbox/read': persons,
  'GET /inbox/changes': persons,
  'GET /preferences': persons,
  'PUT /preferences': persons,
  'GET /push-key': persons,
  'PUT /devices': persons,
  'DELETE /devices': persons,
  'POST /mail-subscriptions': ['anyone'],
  'POST /mail-subscriptions/confirm': ['anyone'],
  'GET /unsubscribe': ['anyone'],
  'POST /unsubscribe': ['anyone'],
  'GET /subscribers': ['owner'],
  'GET /newsletters/:id': ['owner'],
  'POST /newsletters/:id/test': ['owner'],
  'POST /newsletters/:id/send': ['owner'],
  'GET /digests': ['anyone'],
  'GET /digests/next': ['owner'],
  'GET /outbox': ['owner', 'operator'],
  'POST /outbox/retry': ['owner', 'operator'],
  'GET /metrics': ['operator', 'metrics'],
})
