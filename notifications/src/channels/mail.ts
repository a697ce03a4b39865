import { derivedId } from '@logbook/chassis/ids.ts'
import type { OutgoingMail } from '@logbook/chassis/mail/smtp.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { addressesAnswer } from '@logbook/contracts/http/accounts.ts'
import { limits } from '../limits.ts'
import type { Sender } from './channel.ts'
import { type MailMessage, mailMessageOf } from './mail-message.ts'

type Writing = Parameters<typeof mailMessageOf>[1]

/** Where a person's mails go; undefined where they have no confirmed address. */
export type AddressOf = (personId: string) => Promise<string | undefined>

export interface MailPost {
  /** `owner` is the id of the person or subscription that a kept copy goes with. */
  deliver(mail: OutgoingMail, blogTitle: string, owner: string): Promise<void>
  close?(): Promise<void>
}

interface MailOptions extends Writing {
  addressOf: AddressOf
  /** Hands a mail over, from the blog by its title. */
  post: MailPost
}

/** Mails to people and to addresses that subscribed. An address is asked for when a mail leaves, and kept nowhere. */
export const mailSender = ({ addressOf, post, ...writing }: MailOptions): Sender => ({
  async send(effects) {
    const [first] = effects
    if (first === undefined) return
    const { receiver } = first
    const { known } = writing
    const to =
      receiver.kind === 'person' ? await addressOf(receiver.id) : known.subscription(receiver.id)?.email
    // Looked at after the address came: who was erased meanwhile has no row.
    const message: MailMessage | undefined = mailMessageOf(effects, writing)
    if (to === undefined || message === undefined) return
    const owner =
      receiver.kind === 'person' ? receiver.id : (known.subscription(receiver.id)?.personId ?? receiver.id)
    const { subject, text, html, headers } = message
    await post.deliver(
      {
        // The same id and time for the same message, however often it is tried.
        id: derivedId('mail', first.key),
        ...{ at: first.at, to, subject, text, html },
        headers,
      },
      known.blog().title,
      owner,
    )
  },
  close: () => post.close?.(),
})

/** Asks accounts. Throws `unavailable`, which is no try of a mail. */
export const addressesFrom =
  ({ accountsUrl, serviceToken }: { accountsUrl: string; serviceToken: string | undefined }): AddressOf =>
  async (personId) => {
    try {
      const response = await fetch(`${accountsUrl}/addresses`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          ...(serviceToken === undefined ? {} : { Authorization: `Bearer ${serviceToken}` }),
        },
        body: JSON.stringify({ ids: [personId] }),
        redirect: 'error',
        signal: AbortSignal.timeout(limits.addressesMsMax),
      })
      if (!response.ok) throw new Error(`it answers ${response.status}`)
      return addressesAnswer.parse(await response.json()).addresses[0]?.email
    } catch (cause) {
      throw new Problem('unavailable', { detail: 'Accounts did not return the addresses.', cause })
    }
  }
