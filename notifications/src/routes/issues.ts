import { answerCommand, uuidParam } from '@logbook/chassis/http/answers.ts'
import { jsonBody } from '@logbook/chassis/http/body.ts'
import { readAtPosition } from '@logbook/chassis/http/min-position.ts'
import { causeOf } from '@logbook/chassis/http/request-cause.ts'
import { derivedId } from '@logbook/chassis/ids.ts'
import { isProblem, Problem } from '@logbook/chassis/problem.ts'
import type { EventData } from '@logbook/contracts/events/catalog.ts'
import { newsletterSubject } from '@logbook/contracts/events/notifications.ts'
import { currentDataVersion } from '@logbook/contracts/events/upcast.ts'
import type { DigestAnswer } from '@logbook/contracts/http/notifications.ts'
import { dayIn } from '@logbook/contracts/time-zone.ts'
import type { Request, Response, Router } from 'express'
import { mailMessageOf } from '../channels/mail-message.ts'
import type { Effect } from '../domain/notice.ts'
import { digestDue } from '../domain/timing.ts'
import { limits } from '../limits.ts'
import { source } from '../log/source.ts'
import { personOf } from './person-of.ts'
import type { RoutesOptions } from './routes.ts'

/** Newsletters of a post, and the digests of weeks. */
export const routeIssues = (router: Router, options: RoutesOptions): void => {
  const { known, bus, clock, digests, outbox, dispatch, follower, ids, publicUrl } = options
  const body = jsonBody({ bytesMax: limits.formBytesMax })
  const now = () => clock.now().toISOString()

  const newsletter = (postId: string, receiver: Effect['receiver'], eventId: string): Effect => ({
    ...{ kind: 'newsletter', channel: 'mail', receiver, eventId, position: 0, at: now() },
    ...{ postId, commentId: null, personId: null },
  })

  const publishedPost = (req: Request) => {
    const post = known.post(uuidParam(req, 'id'))
    if (!post?.isPublished)
      throw new Problem('not-found', { detail: 'There is no such post that can be read.' })
    return post
  }

  router.get('/newsletters/:id', readAtPosition(follower), (req: Request, res: Response) => {
    const post = publishedPost(req)
    const effect = newsletter(post.id, { kind: 'person', id: personOf(res).id }, ids.next())
    const message = mailMessageOf([effect], { known, publicUrl, digestLines: () => [] })
    if (message === undefined) throw new Problem('not-found')
    const { subject, text, html } = message
    res.set('Cache-Control', 'no-store').json({
      preview: { subject, text, html },
      receivers: known.subscribed({ kind: 'blog' }).length,
      sentAt: digests.newsletterSentAt(post.id) ?? null,
    })
  })

  router.post('/newsletters/:id/test', body, (req: Request, res: Response) => {
    const post = publishedPost(req)
    const eventId = ids.next()
    // It answers no event of the log: nobody else could send it.
    outbox.settle(eventId, true)
    outbox.add([newsletter(post.id, { kind: 'person', id: personOf(res).id }, eventId)])
    dispatch.wake()
    res.status(202).json({ status: 'check-your-mail' })
  })

  router.post('/newsletters/:id/send', body, async (req: Request, res: Response) => {
    const post = publishedPost(req)
    const subject = newsletterSubject(post.id)
    try {
      const [placed] = await bus.append([
        {
          id: derivedId(source, subject),
          ...{ source, subject, type: 'NewsletterSent', expectedversion: 'none' },
          correlationid: causeOf(res).correlationId ?? '',
          dataversion: currentDataVersion('NewsletterSent'),
          data: { postId: post.id, sentAt: now() } satisfies EventData<'NewsletterSent'>,
        },
      ])
      if (placed?.repeated) throw new Problem('version-conflict')
      const receivers = known.subscribed({ kind: 'blog' }).length
      answerCommand(res, { status: 202, position: placed?.position ?? 0, body: { receivers } })
    } catch (error) {
      if (!isProblem(error, 'version-conflict') && !isProblem(error, 'id-conflict')) throw error
      throw new Problem('conflict', { detail: 'This post was sent as a newsletter before.' })
    }
  })

  router.get('/digests', (_req: Request, res: Response) => {
    const latest: DigestAnswer[] = digests.latest(known.blog().timeZone, limits.digestsShownMax)
    res.set('Cache-Control', 'no-cache').json(latest)
  })

  router.get('/digests/next', (_req: Request, res: Response) => {
    const { timeZone } = known.blog()
    const nowMs = clock.now().getTime()
    // The end of the last week is the beginning of this one.
    const { toMs: fromMs } = digestDue(nowMs, timeZone)
    const week = dayIn(fromMs, timeZone)
    const picked = digests.pick({ fromMs, toMs: nowMs })
    res.set('Cache-Control', 'no-store').json(digests.shown({ week, timeZone, ...picked }))
  })
}
