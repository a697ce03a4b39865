import { personOf } from '@logbook/chassis/access/gate.ts'
import type { WallClock } from '@logbook/chassis/clock.ts'
import { handlersOf, PrintedText } from '@logbook/chassis/http/serve.ts'
import { derivedId, type Ids } from '@logbook/chassis/ids.ts'
import type { Bus } from '@logbook/chassis/log/bus.ts'
import { isProblem, Problem } from '@logbook/chassis/problem.ts'
import { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import { newsletterSubject } from '@logbook/contracts/events/notifications.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import type { Caller } from '@logbook/contracts/identity.ts'
import type { Renderer } from '@logbook/markdown/threads/renderer.ts'
import { type MailMessage, mailMessageOf, newsletterBody } from '../channels/mail-message.ts'
import type { Effect } from '../domain/notice.ts'
import type { View } from '../domain/view.ts'
import { source } from '../log/source.ts'
import type { Dispatch } from '../outbox/dispatch.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Digests } from '../read-model/digests.ts'

interface NewslettersOptions {
  view: View
  bus: Pick<Bus, 'append'>
  digests: Pick<Digests, 'newsletterSentAt'>
  outbox: Pick<Outbox, 'settle' | 'add'>
  dispatch: Pick<Dispatch, 'wake'>
  renderer: Renderer
  clock: WallClock
  ids: Ids
  publicUrl: string
}

/** A mail is shown beside the blog's own pages, without scripts, with pictures from anywhere as in a mail program. */
const mailPolicy =
  "default-src 'none'; img-src https: http: data:; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"

/** Newsletters: a published post mailed to every subscriber of the blog, once. */
export const newsletterHandlers = (options: NewslettersOptions) => {
  const { view, bus, digests, outbox, dispatch, renderer, clock, ids, publicUrl } = options
  const now = () => clock.now().toISOString()

  const assertPublished = (postId: string): void => {
    if (!view.post(postId)?.isPublished)
      throw new Problem('not-found', { detail: 'There is no such published post.' })
  }

  /** The newsletter of a post to the caller alone. */
  const newsletterTo = (caller: Caller, postId: string): Effect => ({
    ...{ kind: 'newsletter', channel: 'mail', receiver: { kind: 'person', id: personOf(caller).id } },
    ...{ eventId: ids.next(), position: 0, at: now(), postId, commentId: null, personId: null },
    mediumId: null,
  })

  /** The mail as the caller would get it. */
  const mailTo = async (caller: Caller, postId: string): Promise<MailMessage> => {
    assertPublished(postId)
    const effect = newsletterTo(caller, postId)
    const body = await newsletterBody(effect, { view, publicUrl, renderer })
    const message = mailMessageOf([effect], { view, publicUrl, digestLines: () => [] }, body)
    if (message === undefined) throw new Problem('not-found')
    return message
  }

  return handlersOf(notificationEndpoints)({
    async 'GET /newsletters/:id'({ params: { id } }, caller) {
      const { subject, text, html } = await mailTo(caller, id)
      const receivers = view.subscribed({ kind: 'blog' }).length
      const sentAt = digests.newsletterSentAt(id) ?? null
      return {
        body: { preview: { subject, text, html }, receivers, sentAt },
        headers: { 'Cache-Control': 'no-store' },
      }
    },
    async 'GET /newsletters/:id/mail'({ params: { id } }, caller) {
      const { html } = await mailTo(caller, id)
      return {
        body: new PrintedText(html, 'html'),
        headers: { 'Content-Security-Policy': mailPolicy, 'Cache-Control': 'no-store' },
      }
    },
    'POST /newsletters/:id/test'({ params: { id } }, caller) {
      assertPublished(id)
      const effect = newsletterTo(caller, id)
      // No event of the log leads to this mail, so no other instance can claim it.
      outbox.settle(effect.eventId, true)
      outbox.add([effect])
      dispatch.wake()
      return { body: { status: 'check-your-mail' } }
    },
    async 'POST /newsletters/:id/send'({ params: { id: postId }, cause }) {
      assertPublished(postId)
      const subject = newsletterSubject(postId)
      try {
        const [appended] = await bus.append([
          {
            id: derivedId(source, subject),
            ...{ source, subject, type: 'NewsletterSent', expectedversion: 'none' },
            correlationid: cause.correlationId ?? '',
            dataversion: currentDataVersion('NewsletterSent'),
            data: { postId, sentAt: now() } satisfies EventData<'NewsletterSent'>,
          },
        ])
        if (appended?.repeated) throw new Problem('version-conflict')
        const receivers = view.subscribed({ kind: 'blog' }).length
        return { body: { receivers }, position: appended?.position ?? 0 }
      } catch (error) {
        if (!isProblem(error, 'version-conflict') && !isProblem(error, 'id-conflict')) throw error
        throw new Problem('conflict', { detail: 'This post was sent as a newsletter before.' })
      }
    },
  })
}
