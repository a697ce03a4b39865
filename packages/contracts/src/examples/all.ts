import type { RecordedEvent } from '../envelope.ts'
import { backupExamples } from './backups.ts'
import { commentExamples } from './comments.ts'
import { figuresExamples } from './figures.ts'
import { mediaExamples } from './media.ts'
import { mentionFound, mentionGone } from './mentions.ts'
import { moderationExamples } from './moderation.ts'
import { notificationExamples } from './notifications.ts'
import { postExamples } from './posts.ts'
import { settingsExamples } from './settings.ts'
import { userExamples } from './users.ts'

/** One of each type and shape in the catalogue. */
export const allExamples = (): RecordedEvent[] => [
  ...postExamples(),
  ...commentExamples(),
  ...moderationExamples(),
  ...userExamples(),
  ...settingsExamples(),
  ...notificationExamples(),
  mentionFound(),
  mentionGone(),
  ...mediaExamples(),
  ...backupExamples(),
  ...figuresExamples(),
]
