import type { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import { counted } from '@logbook/contracts/words.ts'
import { depthShownMax } from '../app/features/comments/depth.ts'
import { askForReplies, repliesTo as repliesBody } from '../app/features/comments/replies-by-mail.ts'
import { sendComment } from '../app/features/comments/send.ts'
import { newKey } from '../app/features/page/key.ts'
import { apiOf } from '../app/services/api.ts'
import { offerArrived } from './arrived.ts'
import { addressWith, fetchPage } from './fetched.ts'
import { adopt, depthOf, idOf, postId, rowOf, rowsBelow, sayDone, section } from './thread.ts'
import { forgetUnsent, keepUnsent, onForgottenElsewhere, recallUnsent, type Unsent } from './unsent.ts'

/** A comment as its form holds it. */
export type Written = Pick<Unsent, 'comment' | 'name' | 'repliesTo'>

const outcomeUnknown = 'The page was left before the blog answered. Try again: it is never posted twice.'

const viewerId = (): string | null => section()?.dataset.viewer ?? null
const held = new Map<string, Unsent>()
const inFlight = new Set<string>()

/** True while a comment of this page is on its way: news of it can be quicker than the answer. */
export const isSending = (): boolean => inFlight.size > 0

const hold = (unsent: Unsent): void => {
  held.set(unsent.key, unsent)
  keepUnsent(postId(), unsent)
}

const rowFor = (unsent: Unsent): HTMLElement | undefined => {
  const known = rowOf(unsent.key)
  if (known) return known
  const template = document.getElementById('unsent-row')
  if (!(template instanceof HTMLTemplateElement)) return undefined
  const row = document.importNode(template.content, true).querySelector<HTMLElement>('li')
  const list = section()?.querySelector('.thread')
  if (!row || !list) return undefined
  row.id = `comment-${unsent.key}`
  row.dataset.own = ''
  const { content, parentId } = unsent.comment
  const parent = parentId === null ? null : rowOf(parentId)
  const depth = parent ? depthOf(parent) + 1 : 0
  row.dataset.depth = String(depth)
  const levels = Math.min(depth, depthShownMax)
  row.classList.add(`depth-${levels}`)
  const rails = row.querySelector('.rails')
  for (let level = 0; level < levels; level += 1)
    rails?.append(Object.assign(document.createElement('span'), { className: 'rail' }))
  const author = row.querySelector('.author')
  if (author) author.textContent ||= unsent.name.trim() || 'You'
  const text = row.querySelector('.comment-text')
  if (text) text.textContent = content
  if (parent) (rowsBelow(parent).at(-1) ?? parent).after(row)
  else list.append(row)
  return row
}

/** A comment that is on its way, or why it is not. */
const show = (unsent: Unsent, problem: string | null): void => {
  const row = rowFor(unsent)
  const [sending, failed] = row?.querySelectorAll<HTMLElement>('.state') ?? []
  if (!sending || !failed) return
  sending.hidden = problem !== null
  failed.hidden = problem === null
  const why = failed.querySelector('.why')
  if (why) why.textContent = problem ?? ''
}

/** Puts the comment as the blog has it in the place of the one that was sent. */
const confirm = async (unsent: Unsent, id: string): Promise<void> => {
  const fetched = await fetchPage(addressWith(id, { isOwn: true }), { isQuiet: true })
  const row = rowOf(unsent.key)
  const newer = fetched?.page.getElementById(`comment-${id}`)
  rowOf(id)?.remove()
  if (newer) {
    newer.removeAttribute('data-sought')
    // A guest without cookies cannot be recognised by the page.
    const text = newer.querySelector('.as-typed')
    if (text?.textContent === '') text.textContent = unsent.comment.content
    row?.replaceWith(adopt(newer))
  } else if (row) {
    row.id = `comment-${id}`
    const [sending, failed] = row.querySelectorAll('.state')
    if (sending) sending.textContent = 'Waiting for a moderator. Until then only you see it.'
    failed?.remove()
  }
}

const notifications = apiOf<typeof notificationEndpoints.rows>()

/** A mail asks the address itself whether it wants replies. */
const subscribe = async (commentId: string, email: string): Promise<void> => {
  const isAsked = await askForReplies(async () => {
    const body = repliesBody(commentId, email)
    return (await notifications('POST /api/notifications/mail-subscriptions', { body })).status
  }).catch(() => false)
  sayDone(
    isAsked
      ? 'Check your mail: open the link in it to confirm that you want replies.'
      : 'Your comment was sent. Replies by mail could not be requested.',
  )
}

/** Sends a comment. Every attempt has the same idempotency key, and it is kept until it is confirmed or discarded. */
const deliver = async (unsent: Unsent): Promise<void> => {
  const { key, comment, repliesTo } = unsent
  if (inFlight.has(key)) return
  inFlight.add(key)
  hold({ ...unsent, problem: null })
  show(unsent, null)
  const author = viewerId() === null ? comment.author : null
  const sent = await sendComment({ postId: postId(), key, comment: { ...comment, author } })
  if (sent.ok) {
    held.delete(key)
    forgetUnsent(postId(), key)
    await confirm(unsent, sent.state.id)
    if (repliesTo) void subscribe(sent.state.id, repliesTo)
  } else {
    hold({ ...unsent, problem: sent.problem })
    show(unsent, sent.problem)
  }
  inFlight.delete(key)
  offerArrived()
}

export const write = (written: Written): void => {
  const writtenAt = new Date().toISOString()
  void deliver({ ...written, key: newKey(), writerId: viewerId(), writtenAt, problem: null })
}

const offerUndo = (unsent: Unsent | undefined): void => {
  const line = document.getElementById('comments-discarded')
  if (!line) return
  line.className = unsent ? 'quiet unseen-count' : 'unseen'
  line.replaceChildren()
  if (unsent === undefined) return
  const undo = document.createElement('button')
  undo.type = 'button'
  undo.className = 'plain'
  undo.textContent = 'Undo'
  undo.onclick = () => {
    offerUndo(undefined)
    hold(unsent)
    show(unsent, unsent.problem ?? outcomeUnknown)
  }
  line.replaceChildren('Your unsent comment was discarded. ', undo)
}

const discard = (key: string): void => {
  offerUndo(held.get(key))
  held.delete(key)
  forgetUnsent(postId(), key)
  rowOf(key)?.remove()
}

/** Shows the comments that this browser kept, but those of an account that is not signed in. */
const recall = (): void => {
  const kept = recallUnsent(postId())
  for (const unsent of kept) {
    if (held.has(unsent.key) || ![null, viewerId()].includes(unsent.writerId)) continue
    held.set(unsent.key, unsent)
    show(unsent, unsent.problem ?? outcomeUnknown)
  }
  const ofAccounts = viewerId() === null ? kept.filter(({ writerId }) => writerId !== null).length : 0
  const line = document.getElementById('unsent-of-accounts')
  if (!line) return
  line.hidden = ofAccounts === 0
  const words = line.querySelector('span')
  if (words)
    words.textContent =
      ofAccounts === 0 ? '' : `${counted(ofAccounts, 'comment')} of an account, not sent yet.`
}

/** Keeps comments that were written here until the blog has them. */
export const keepUnsentComments = (): void => {
  if (!document.getElementById('unsent-row')) return
  recall()
  onForgottenElsewhere(postId(), (key) => {
    if (!inFlight.has(key) && held.delete(key)) rowOf(key)?.remove()
  })
  document.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>('[data-do]') : null
    const row = button?.closest('li.comment')
    const unsent = row ? held.get(idOf(row)) : undefined
    if (!unsent) return
    if (button?.dataset.do === 'again') void deliver(unsent)
    if (button?.dataset.do === 'discard') discard(unsent.key)
  })
}
