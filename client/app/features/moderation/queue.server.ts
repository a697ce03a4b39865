import type { VerdictStatus } from '@logbook/contracts/events/comments.ts'
import type { QueueEntry } from '@logbook/contracts/http/moderation.ts'
import { data, redirect } from 'react-router'
import { ask, askOrThrow } from '../../services/ask.server.ts'
import type { Blog } from '../../services/blog.server.ts'
import { type Form, field } from '../../services/form.server.ts'
import { rememberPosition } from '../../services/position.server.ts'
import { wordsFor } from '../comments/send.ts'

const entriesPerPage = 50

export type Waiting = Omit<QueueEntry, 'content'> & { html: string }

/** Comments that wait for a person, longest wait first. */
export const loadQueue = async ({ blog, request }: { blog: Blog; request: Request }) => {
  const { body } = await askOrThrow<QueueEntry[]>({
    request,
    url: `${blog.urls.moderation}/queue?limit=${entriesPerPage}`,
  })
  const turn = blog.renderer.turn()
  const waiting = await Promise.all(
    body.map(
      async ({ content, ...entry }): Promise<Waiting> => ({ ...entry, html: await turn.comment(content) }),
    ),
  )
  return { waiting, isAll: waiting.length < entriesPerPage }
}

/** A verdict from a form, for browsers without JavaScript. */
export const giveVerdict = async ({ blog, request, form }: { blog: Blog; request: Request; form: Form }) => {
  const id = field(form, 'id')
  const answer = await ask<{ status: VerdictStatus }>({
    request,
    url: `${blog.urls.moderation}/comments/${encodeURIComponent(id)}/verdict`,
    method: 'POST',
    headers: { 'Idempotency-Key': crypto.randomUUID() },
    body: {
      status: form.get('status'),
      reason: field(form, 'reason'),
      revision: Number(field(form, 'revision')),
    },
  })
  if (answer.ok) throw redirect('/moderation', { headers: rememberPosition(answer) })
  return data({ id, problem: wordsFor(answer.problem) }, { status: answer.status })
}
