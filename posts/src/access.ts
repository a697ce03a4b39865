import { accessTable, type Grant } from '@logbook/chassis/access/table.ts'

const writers: readonly Grant[] = ['author', 'owner']

/**
 * Who may call what of posts. That an author means only their own posts is for `decide.ts` and the list to say, and that moderators see the history
 * of posts that were taken down, for `history.ts`.
 */
export const access = accessTable({
  'POST /posts': writers,
  'PATCH /posts/:id': writers,
  'POST /posts/:id/publish': writers,
  'POST /posts/:id/unpublish': writers,
  'DELETE /posts/:id': writers,
  'POST /posts/:id/take-down': ['moderator', 'owner'],
  'POST /imports': ['owner', 'operator'],
  'POST /imports/addresses': ['owner', 'operator'],
  'GET /posts': writers,
  'GET /posts/:id': writers,
  'GET /posts/:id/history': [...writers, 'moderator'],
  'GET /posts/:id/history/:version': writers,
  'GET /posts/:id/diff': writers,
  'GET /settings': ['owner', 'operator'],
  'PUT /settings': ['owner', 'operator'],
  'GET /settings/history': ['owner', 'operator'],
  'GET /metrics': ['operator', 'metrics'],
})
