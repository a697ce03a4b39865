import { derivedId } from '@logbook/chassis/ids.ts'
import type { OutgoingMail } from '@logbook/chassis/mail/smtp.ts'
import { Problem } from '@logbook/chassis/problem.ts'
import { addressesAnswer } from '@logbook/contracts/http/accounts.ts'
import type { DigestRelated } from '@logbook/contracts/http/digest.ts'
import type { Renderer } from '@logbook/markdown/threads/renderer.ts'
import { limits } from '../limits.ts'
import { type MailMessage, mailMessageOf, newsletterBody } from './mail-message.ts'
import type { Transport } from './transport.ts'

type Writing = Parameters<typeof mailMessageOf>[1]

/** Resolves to a person's mail address, or undefined if none is confirmed. */
export type AddressOf = (personId: string) => Promise<string | undefined>

export interface MailPost {
  /** `owner` is the id of the person or subscription that a kept copy goes with. */
  deliver(mail: OutgoingMail, blogTitle: string, owner: string): Promise<void>
  close?(): Promise<void>
}

interface MailOptions extends Omit<Writing, 'related'> {
  /** Reads the related posts of the digest of a `DigestIssued` event. */
  relatedOfDigest: (eventId: string) => Promise<readonly DigestRelated[]>
  addressOf: AddressOf
  renderer: Renderer
  /** Sends a mail with the title of the blog as the sender's name. */
  post: MailPost
}

/** Mails to people and subscribers. A person's address is requested from accounts for each mail and not stored. */
export const mailTransport = ({
  addressOf,
  post,
  renderer,
  relatedOfDigest,
  ...writing
}: MailOptions): Transport => ({
  async send(effects) {
    const [first] = effects
    if (first === undefined) return
    const { receiver } = first
    const { view } = writing
    const subscription = receiver.kind === 'subscription' ? view.subscription(receiver.id) : undefined
    const to = receiver.kind === 'person' ? await addressOf(receiver.id) : subscription?.email
    const body = await newsletterBody(first, { ...writing, renderer })
    const related = new Map<string, readonly DigestRelated[]>()
    for (const { kind, eventId } of effects)
      if (kind === 'digest') related.set(eventId, await relatedOfDigest(eventId))
    // Composed after the request for the address: a person erased meanwhile has no row.
    const message: MailMessage | undefined = mailMessageOf(effects, { ...writing, related }, body)
    if (to === undefined || message === undefined) return
    const owner = subscription?.personId ?? receiver.id
    const { subject, text, html, headers } = message
    await post.deliver(
      {
        // The same id and time for each attempt at the same message.
        id: derivedId('mail', first.key),
        ...{ at: first.at, to, subject, text, html },
        headers,
      },
      view.blog().title,
      owner,
    )
  },
  close: () => post.close?.(),
})

/** Requests addresses from accounts. Throws `unavailable`, which does not count as an attempt. */
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
