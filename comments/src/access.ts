import { accessTable, type Grant } from '@logbook/chassis/access/table.ts'

const everyoneKnown: readonly Grant[] = ['guest', 'reader', 'author', 'moderator', 'owner']
const moderators: readonly Grant[] = ['moderator', 'owner']

/** Who may call what of comments. Whose comment it is, and for how long a guest's, is for `permission.ts` to say. */
export const access = accessTable({
  'POST /posts/:id/comments': everyoneKnown,
  'PATCH /comments/:id': everyoneKnown,
  'PUT /comments/:id/vote': everyoneKnown,
  'POST /comments/:id/promote': moderators,
  'POST /comments/:id/take-down': moderators,
  'DELETE /comments/:id': everyoneKnown,
  'POST /imports': ['owner', 'operator'],
  'GET /posts/:id/comments': ['anyone'],
  'GET /comments/:id': ['anyone'],
  'GET /metrics': ['operator', 'metrics'],
})
