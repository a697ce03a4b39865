import { z } from 'zod'
import { secretFileSetting, setting } from '../start/config.ts'
import type { Smtp } from './smtp.ts'

const text = () => z.string().min(1).max(1_000).optional()

/** How mails leave: the settings of every service that sends any. */
export const mailSettings = {
  OUTBOX: text().describe('The folder for mails where no `SMTP_HOST` is set; `outbox` beside `DATABASE`.'),
  MAIL_FROM: z
    .string()
    .max(200)
    .regex(/^[^\r\n@<>]*<?[^\s@<>]+@[^\s@<>]+>?$/, 'must be an address, or a name and <an address>')
    .default('logbook@localhost')
    .describe(
      'The address that mails are from; without a name before it, they are from the title of the blog.',
    ),
  SMTP_HOST: text().describe('The mail server.'),
  SMTP_PORT: setting.port(587).describe('Its port.'),
  SMTP_SECURE: z
    .enum(['true', 'false'])
    .default('false')
    .describe(
      '`true`: TLS from the first byte (port 465); `false`: STARTTLS, which a server on another machine must offer.',
    ),
  SMTP_USER: text().describe('The name to sign in with at the mail server.'),
  SMTP_PASSWORD: text().describe('The password for that.'),
  SMTP_PASSWORD_FILE: secretFileSetting.describe('The file with `SMTP_PASSWORD`.'),
}

/** Undefined where no mail server is set. */
export const smtpOf = (read: z.infer<z.ZodObject<typeof mailSettings>>): Smtp | undefined =>
  read.SMTP_HOST === undefined
    ? undefined
    : {
        host: read.SMTP_HOST,
        port: read.SMTP_PORT,
        secure: read.SMTP_SECURE === 'true',
        user: read.SMTP_USER,
        password: read.SMTP_PASSWORD ?? read.SMTP_PASSWORD_FILE,
      }
