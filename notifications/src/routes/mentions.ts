import type { Clock } from '@logbook/chassis/clock.ts'
import { rateCounter } from '@logbook/chassis/http/rate-store.ts'
import { handlersOf } from '@logbook/chassis/http/serve.ts'
import { notFound, Problem } from '@logbook/chassis/problem.ts'
import { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import { mentionSubject } from '@logbook/contracts/events/mentions.ts'
import { sendMention } from '@logbook/contracts/http/notifications.ts'
import type { Streams } from '../log/streams.ts'
import { limits } from '../webmention/limits.ts'
import { mentionIdsOf } from '../webmention/mention.ts'
import type { ReceivedMentions } from '../webmention/received.ts'
import type { SentMentions } from '../webmention/sent.ts'
import type { Targets } from '../webmention/targets.ts'
import type { Verifier } from '../webmention/verifier.ts'
import { badForm, fieldsOf, formBody } from './open-form.ts'

interface MentionsOptions {
  received: Pick<ReceivedMentions, 'add' | 'read'>
  targets: Targets
  mentions: Pick<Streams['mentions'], 'load'>
  verifier: Pick<Verifier, 'wake'>
  sent: Pick<SentMentions, 'list'>
  clock: Clock
  publicUrl: string
}

/** Takes webmentions, and says what became of them. Wrong fields are answered with 400, as the standard says. */
export const mentionHandlers = ({
  received,
  targets,
  mentions,
  verifier,
  sent,
  clock,
  publicUrl,
}: MentionsOptions) => {
  const { mentionsMax: max, windowS } = limits.perHost
  const countFor = rateCounter({ clock, windowS })
  return handlersOf(notificationEndpoints)({
    'POST /webmention': {
      before: formBody(limits.formBytesMax),
      async handle({ locals }) {
        const given = fieldsOf(locals, sendMention)
        const source = new URL(given.source)
        source.hash = ''
        if (targets.isOwn(given.source))
          throw badForm([{ path: 'source', message: 'is a page of this blog, whose mentions are ignored' }])
        const target = await targets.find(given.target)
        if ('objection' in target) throw badForm([{ path: 'target', message: target.objection }])
        countFor(source.host, { max, detail: `Too many mentions from ${source.host}.` })
        const { id, authorId } = mentionIdsOf(source.href, target.postId)
        // One that is there already may change and go.
        if (!target.isOpen && (await mentions.load(mentionSubject(id))).state.status === 'none')
          throw badForm([{ path: 'target', message: 'takes no new mentions' }])
        const mention = { id, authorId, source: source.href, target: given.target, postId: target.postId }
        if (!received.add(mention, clock.now().getTime()))
          throw new Problem('too-many', { detail: 'Too many mentions wait to be fetched.', retryAfter: 600 })
        verifier.wake()
        return { location: `${publicUrl}/webmention/${id}`, headers: { 'Cache-Control': 'no-store' } }
      },
    },
    'GET /mentions/:id': ({ params: { id } }) => ({
      body: sent.list(id),
      headers: { 'Cache-Control': 'no-store' },
    }),
    'GET /webmention/:id'({ params: { id } }) {
      const body = received.read(id)
      if (body === undefined) throw notFound('such mention')
      return { body, headers: { 'Cache-Control': 'no-store' } }
    },
  })
}
