import { bounds } from '@logbook/contracts/bounds.ts'
import { commentIn } from '../app/features/comments/send.ts'
import { forgetField, recallFields } from './kept-fields.ts'
import { type Written, write } from './sending.ts'
import { rowOf, section } from './thread.ts'

const charsLeftShown = 500
const isCommentForm = (form: Element | null): form is HTMLFormElement =>
  form instanceof HTMLFormElement && form.matches('.comment-form') && form.dataset.swap === undefined

const textOf = (form: HTMLFormElement): HTMLTextAreaElement | null => form.querySelector('[name="content"]')
const typedIn = (form: HTMLFormElement, name: string): string => {
  const value = new FormData(form).get(name)
  return typeof value === 'string' ? value : ''
}

const countChars = (form: HTMLFormElement): void => {
  const line = form.querySelector<HTMLElement>('.chars-left')
  if (!line) return
  const left = bounds.commentCharsMax - (textOf(form)?.value.length ?? 0)
  line.textContent = left > charsLeftShown ? '' : `${left} characters left`
}

let previews = 0

/** Shows the text as it will be read. What renders it is loaded when it is first asked for. */
const preview = async (form: HTMLFormElement): Promise<void> => {
  const button = form.querySelector<HTMLButtonElement>('[data-do="preview"]')
  const box = form.querySelector<HTMLElement>('.preview')
  const text = textOf(form)?.value ?? ''
  previews += 1
  if (!box || !button) return
  box.hidden = button.ariaPressed !== 'true' || text.trim() === ''
  if (box.hidden) return
  const turn = previews
  const { renderComment } = await import('@logbook/markdown/comment.ts')
  if (turn === previews) box.innerHTML = renderComment(text)
}

const stopPreview = (form: HTMLFormElement): void => {
  const button = form.querySelector<HTMLButtonElement>('[data-do="preview"]')
  if (button) button.ariaPressed = 'false'
  void preview(form)
}

/** The form again, below the comment that is answered. */
const openReply = (link: HTMLElement): void => {
  const { reply: id = '', name = '' } = link.dataset
  const form = section()?.querySelector<HTMLFormElement>(':scope > form.comment-form')
  const box = rowOf(id)?.querySelector('.comment-box')
  if (!form || !box) return
  closeReplies()
  const reply = form.cloneNode(true) as HTMLFormElement
  reply.id = `reply-${id}`
  reply.dataset.opener = id
  for (const old of reply.querySelectorAll('.state,[name="parentId"]')) old.remove()
  const parent = document.createElement('input')
  parent.type = 'hidden'
  parent.name = 'parentId'
  parent.value = id
  reply.prepend(parent)
  const text = textOf(reply)
  if (text) {
    text.value = text.defaultValue = ''
    text.rows = 3
    text.ariaLabel = `Your reply to ${name}`
    text.placeholder = `Reply to ${name} …`
    text.dataset.keep = `logbook:comment:${id}`
  }
  const send = reply.querySelector('[type="submit"]')
  if (send) send.textContent = 'Reply'
  reply.querySelector('[data-do="close"]')?.removeAttribute('hidden')
  box.append(reply)
  stopPreview(reply)
  recallFields(reply)
  countChars(reply)
  text?.focus()
}

const closeReplies = (): void => {
  for (const reply of document.querySelectorAll<HTMLFormElement>('.comment-box > form[data-opener]'))
    if (reply.dataset.swap === undefined) reply.remove()
}

const closeForm = (form: Element): void => {
  const opener = form instanceof HTMLElement ? form.dataset.opener : undefined
  form.remove()
  if (opener) document.querySelector<HTMLElement>(`[data-reply="${CSS.escape(opener)}"]`)?.focus()
}

const submit = (form: HTMLFormElement): void => {
  const text = textOf(form)
  if (!text || text.value.trim() === '' || text.value.length > bounds.commentCharsMax) return
  const isGuest = section()?.dataset.viewer === undefined
  const typed = (name: string) => typedIn(form, name)
  const wantsReplies = isGuest && typed('replies') !== ''
  const written: Written = {
    comment: commentIn(typed, { isGuest }),
    name: isGuest ? typed('name') : (form.querySelector('.hint bdi')?.textContent ?? ''),
    repliesTo: (wantsReplies && typed('email').trim()) || undefined,
  }
  forgetField(text)
  stopPreview(form)
  if (form.dataset.opener) closeForm(form)
  else {
    form.querySelector(':scope > .state')?.remove()
    form.querySelector('[name="parentId"]')?.remove()
    countChars(form)
  }
  write(written)
}

/** Esc closes what was opened, and Ctrl+Enter sends. */
const onKey = (event: KeyboardEvent): void => {
  const { target, key, ctrlKey, metaKey } = event
  const form = target instanceof Element ? target.closest('form.comment-form,form.remove-question') : null
  if (!(form instanceof HTMLFormElement)) return
  if (key === 'Enter' && (ctrlKey || metaKey) && target instanceof HTMLTextAreaElement) {
    event.preventDefault()
    form.requestSubmit()
  }
  if (key !== 'Escape') return
  const cancel = form.querySelector<HTMLElement>('[data-do="cancel"]')
  if (cancel) cancel.click()
  else if (form.dataset.opener) closeForm(form)
}

const onClick = (event: MouseEvent): void => {
  const { target } = event
  if (!(target instanceof Element)) return
  const reply = target.closest<HTMLElement>('[data-reply]')
  if (reply && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault()
    openReply(reply)
    return
  }
  const button = target.closest<HTMLElement>('[data-do]')
  const form = button?.closest('form') ?? null
  if (!button || !isCommentForm(form)) return
  if (button.dataset.do === 'close') closeForm(form)
  if (button.dataset.do === 'preview') {
    button.ariaPressed = String(button.ariaPressed !== 'true')
    void preview(form)
  }
}

/** Comments are written without loading the page again. */
export const keepForms = (): void => {
  document.addEventListener('click', onClick)
  document.addEventListener('keydown', onKey)
  document.addEventListener('input', ({ target }) => {
    const form = target instanceof HTMLTextAreaElement ? target.form : null
    if (!isCommentForm(form)) return
    countChars(form)
    void preview(form)
  })
  document.addEventListener('submit', (event) => {
    if (!isCommentForm(event.target as Element | null)) return
    event.preventDefault()
    submit(event.target as HTMLFormElement)
  })
}
