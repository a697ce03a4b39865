import { fetchPage } from './fetched.ts'
import { forgetField } from './kept-fields.ts'
import {
  adopt,
  applyFolds,
  focusHeading,
  insertMissing,
  replaceRow,
  rowsBelow,
  rowsOf,
  sayDone,
} from './thread.ts'

/** Links and forms name by `data-swap` the element that the answer's page has a newer state of. */
const swaps = '[data-swap]'

const sayFailed = (trigger: HTMLElement, words: string): void => {
  trigger.parentElement?.querySelector(':scope > .swap-problem')?.remove()
  const problem = document.createElement('span')
  problem.className = 'swap-problem vote-problem'
  problem.role = 'alert'
  problem.textContent = words
  trigger.after(problem)
}

interface Swap {
  trigger: HTMLElement
  address: string
  init?: RequestInit
  /** Said where no answer came. */
  failure: string
}

/** Which comments are quoted beside the post may have changed with a row. */
const replaceQuotes = (page: Document): void => {
  const newer = page.getElementById('quotes')
  if (newer) document.getElementById('quotes')?.replaceWith(adopt(newer))
}

/** True where the newer state is here. */
const swap = async ({ trigger, address, init, failure }: Swap): Promise<boolean> => {
  if (trigger.ariaBusy === 'true') return false
  trigger.ariaBusy = 'true'
  const fetched = await fetchPage(address, init)
  trigger.ariaBusy = null
  const id = trigger.dataset.swap ?? ''
  const current = document.getElementById(id)
  const newer = fetched?.page.getElementById(id) ?? null
  if (current === null) return true
  if (fetched === undefined || (newer === null && !fetched.isOk)) {
    sayFailed(trigger, failure)
    return false
  }
  const { opener } = trigger.dataset
  if (fetched.isOk && trigger.matches('form, [data-do="cancel"]'))
    for (const field of current.querySelectorAll<HTMLTextAreaElement>('[data-keep]')) forgetField(field)
  replaceRow(current, newer)
  if (fetched !== undefined) replaceQuotes(fetched.page)
  const [inside] = newer?.querySelectorAll<HTMLElement>('[data-focus]') ?? []
  if (inside) inside.focus()
  else if (opener) document.getElementById(opener)?.focus()
  return fetched.isOk
}

const follow = async (link: HTMLAnchorElement): Promise<void> => {
  await swap({ trigger: link, address: link.href, failure: 'The page could not be loaded. Try again.' })
}

const send = async (form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> => {
  const body = new URLSearchParams()
  for (const [name, value] of new FormData(form, submitter)) body.append(name, String(value))
  const { done } = form.dataset
  const failure = 'It could not be sent. Try again.'
  const isTaken = await swap({ trigger: form, address: form.action, init: { method: 'POST', body }, failure })
  if (!isTaken || !done) return
  sayDone(done)
  focusHeading()
}

/** More threads, or more replies to one comment, where they belong. */
const bringMore = async (link: HTMLAnchorElement): Promise<void> => {
  const parentId = link.dataset.more ?? ''
  if (link.ariaBusy === 'true') return
  link.ariaBusy = 'true'
  const fetched = await fetchPage(link.href)
  link.ariaBusy = null
  if (!fetched?.isOk) return sayFailed(link, 'The page could not be loaded. Try again.')
  const { page } = fetched
  if (parentId === '') {
    const isFurther = link.id === 'more-comments'
    insertMissing(page, () => true, isFurther ? rowsOf(document).at(-1) : null)
    const further = page.querySelector<HTMLAnchorElement>('#more-comments')
    const here = document.querySelector<HTMLAnchorElement>('#more-comments')
    if (further && here) here.href = further.href
    else here?.parentElement?.remove()
    if (isFurther) return
    link.parentElement?.remove()
    for (const row of rowsOf(document)) if (row.matches('.cut')) row.remove()
    return
  }
  const parent = page.getElementById(`comment-${parentId}`)
  const below = new Set(parent ? rowsBelow(parent) : [])
  const cut = document.getElementById(`cut-${parentId}`)
  const newer = page.getElementById(`cut-${parentId}`)
  insertMissing(page, (row) => below.has(row) && row !== newer)
  if (newer) cut?.replaceWith(adopt(newer))
  else cut?.remove()
  applyFolds()
}

const isPlainClick = ({ button, ctrlKey, metaKey, shiftKey, altKey }: MouseEvent): boolean =>
  button === 0 && !ctrlKey && !metaKey && !shiftKey && !altKey

/** Follows links and sends forms of the thread without loading the page again. */
export const keepSwaps = (): void => {
  document.addEventListener('click', (event) => {
    const { target } = event
    const link =
      target instanceof Element ? target.closest<HTMLAnchorElement>('a[data-swap],a[data-more]') : null
    if (link === null || !isPlainClick(event)) return
    event.preventDefault()
    void (link.matches(swaps) ? follow(link) : bringMore(link))
  })
  document.addEventListener('submit', (event) => {
    const { target, submitter } = event
    if (!(target instanceof HTMLFormElement) || !target.matches(swaps)) return
    event.preventDefault()
    void send(target, submitter)
  })
}
