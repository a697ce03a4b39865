import type { Logger } from '@logbook/chassis/logger.ts'
import type { Config } from '../config.ts'
import { folderPost } from './folder-post.ts'
import type { Post } from './mail.ts'
import { smtpPost } from './smtp-post.ts'

/** A mail server where one is set, else a folder. */
export const openPost = (
  { smtp, outbox, mailFrom: from, publicUrl }: Pick<Config, 'smtp' | 'outbox' | 'mailFrom' | 'publicUrl'>,
  logger: Logger,
): Post =>
  smtp
    ? smtpPost({ smtp, from, site: new URL(publicUrl).hostname })
    : folderPost({ folder: outbox, from, logger })
