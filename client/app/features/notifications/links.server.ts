import { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import { queryEndpoints } from '@logbook/contracts/endpoints/query.ts'
import { data } from 'react-router'
import { call, callOrThrow } from '../../services/call.server.ts'
import { type Form, field } from '../../services/form.server.ts'
import { type Command, refuse } from '../accounts/form.server.ts'
import type { FormAnswer } from '../accounts/form-answer.ts'
import { loadOptions } from '../accounts/mail.server.ts'

const said = (done: string) => data({ intent: '', done, errors: {}, values: {} } satisfies FormAnswer)

/** What of the fields of a mail's link is there. */
const linkFields = (given: Pick<URLSearchParams, 'get'> | Form): Record<string, string> =>
  Object.fromEntries(
    ['subscription', 'person', 'kind', 'token'].flatMap((name) => {
      const value = given.get(name)
      return value == null ? [] : [[name, value]]
    }),
  )

/** The fields of a mail's link; the form of its page contains them, so that the button sends them. */
export const fieldsOfLink = (request: Request): Record<string, string> =>
  linkFields(new URL(request.url).searchParams)

export const confirmSubscription = async ({ blog, request, form }: Command) => {
  const body = { subscription: field(form, 'subscription'), token: field(form, 'token') }
  const answer = await call(notificationEndpoints, 'POST /mail-subscriptions/confirm', {
    blog,
    request,
    body,
  })
  return answer.ok ? said('You are subscribed. Every mail has a link to unsubscribe.') : refuse(answer, form)
}

export const unsubscribe = async ({ blog, request, form }: Command) => {
  const query = new URLSearchParams(linkFields(form))
  const answer = await call(notificationEndpoints, 'POST /unsubscribe', { blog, request, query })
  return answer.ok ? said('Done. These mails are no longer sent.') : refuse(answer, form)
}

/** Which mails a form asks for, by its hidden fields; all posts where it has none. */
const scopeIn = ({ form }: Command) => {
  const [tag, postId, commentId] = ['tag', 'postId', 'commentId'].map((name) => form.get(name))
  if (tag) return { kind: 'tag', tag }
  if (postId) return { kind: 'thread', postId }
  if (commentId) return { kind: 'replies', commentId }
  return { kind: field(form, 'what') === 'digest' ? 'digest' : 'blog' }
}

/** The post whose comments an address may subscribe to, where the address of the page names one, and whether the blog sends mails. */
export const loadSubscribe = async ({ blog, request }: Omit<Command, 'form'>) => {
  const idOrSlug = new URL(request.url).searchParams.get('post')
  const [options, answer] = await Promise.all([
    loadOptions({ blog, request }),
    idOrSlug === null
      ? undefined
      : callOrThrow(queryEndpoints, 'GET /posts/:idOrSlug', { blog, request, params: { idOrSlug } }),
  ])
  const post = answer?.body
  return {
    sendsMail: options.mail,
    post: post === undefined ? null : { id: post.id, slug: post.slug, title: post.title },
  }
}

export const subscribe = async (command: Command) => {
  const { blog, request, form } = command
  const body = { email: field(form, 'email').trim(), scope: scopeIn(command) }
  const answer = await call(notificationEndpoints, 'POST /mail-subscriptions', { blog, request, body })
  if (!answer.ok) return refuse(answer, form)
  const { mail } = await loadOptions({ blog, request })
  return said(
    mail
      ? 'Check your mail: open the link in it to confirm your address.'
      : 'This blog sends no mail yet. The link that confirms your address is with its operator: ask them for it.',
  )
}
