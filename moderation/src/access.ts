import { accessTable, type Grant } from '@logbook/chassis/access/table.ts'

const moderators: readonly Grant[] = ['moderator', 'owner']

/** Who may call what of moderation. */
export const access = accessTable({
  'GET /queue': moderators,
  'GET /judged': moderators,
  'GET /log': moderators,
  'POST /comments/:id/verdict': moderators,
  'GET /rules': moderators,
  'PUT /rules': moderators,
  'POST /rules/dry-run': moderators,
  'GET /metrics': ['operator', 'metrics'],
})
