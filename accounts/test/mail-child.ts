import { systemClock as clock } from '@logbook/chassis/clock.ts'
import { systemIds as ids } from '@logbook/chassis/ids.ts'
import { silentLogger as logger } from '@logbook/chassis/logger.ts'
import { createMailer } from '../src/mail/mailer.ts'
import { smtpPost } from '../src/mail/smtp-post.ts'
import { openAccountsFile } from '../src/storage/tables.ts'

/** Keeps a mail in the file of a folder, says so, and delivers to a port until it is killed. */
const [folder = '', port = '', to = ''] = process.argv.slice(2)
const smtp = { host: '127.0.0.1', port: Number(port), secure: false, user: undefined, password: undefined }
const post = smtpPost({ smtp, from: 'Logbook <logbook@blog.test>', site: 'blog.test' })
const mailer = createMailer({ db: openAccountsFile(`${folder}/accounts.sqlite`), clock, ids, logger, post })
mailer.start()
mailer.send({ to, subject: 'Through a crash', text: 'Kept.\n' })
process.send?.('kept')
setInterval(() => {}, 1_000)
