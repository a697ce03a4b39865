import { counted } from '@logbook/contracts/words.ts'
import { recallFields } from './kept-fields.ts'
import { keepList, recallList } from './stored-lists.ts'
import { refineTimes } from './times.ts'

const foldsKeptMax = 100

export const section = (): HTMLElement | null => document.getElementById('comments')
export const postId = (): string => section()?.dataset.post ?? ''
const listOf = (page: Document) => page.querySelector('#comments > .thread')

/** The rows of a page's thread in their order: comments, and places where replies are cut off. */
export const rowsOf = (page: Document): HTMLElement[] =>
  [...(listOf(page)?.children ?? [])].filter((row): row is HTMLElement => row instanceof HTMLElement)

export const depthOf = (row: HTMLElement): number => Number(row.dataset.depth ?? 0)

/** The rows below a comment that belong to it, without the comment itself. */
export const rowsBelow = (row: HTMLElement): HTMLElement[] => {
  const below: HTMLElement[] = []
  let next = row.nextElementSibling
  while (next instanceof HTMLElement && depthOf(next) > depthOf(row)) {
    below.push(next)
    next = next.nextElementSibling
  }
  return below
}

export const rowOf = (id: string): HTMLElement | null => document.getElementById(`comment-${id}`)
/** Of the reader's own, as long as others may not read it, or for a moment after. */
export const isOwn = (row: Element): boolean => row.hasAttribute('data-own')
/** Of the reader's own. */
export const isMine = (row: Element): boolean => isOwn(row) || row.hasAttribute('data-mine')
export const idOf = (row: Element): string => row.id.slice('comment-'.length)

const foldsKey = () => `logbook:folds:${postId()}`
const folded = new Set<string>()

const nameFold = (button: HTMLButtonElement, isFolded: boolean): void => {
  const replies = Number(button.dataset.replies)
  button.ariaExpanded = String(!isFolded)
  const unseen = document.createElement('span')
  unseen.className = 'unseen'
  unseen.textContent = isFolded ? ' replies, unfold' : `fold ${counted(replies, 'comment')} below`
  button.replaceChildren(isFolded ? `[+ ${replies}]` : '[–]', unseen)
}

/** Hides the replies below folded comments. */
export const applyFolds = (): void => {
  let hiddenBelow = Number.POSITIVE_INFINITY
  for (const row of rowsOf(document)) {
    const depth = depthOf(row)
    if (depth <= hiddenBelow) hiddenBelow = Number.POSITIVE_INFINITY
    row.hidden = depth > hiddenBelow
    const isFolded = folded.has(idOf(row))
    const button = row.querySelector<HTMLButtonElement>('.fold')
    if (button && (button.ariaExpanded === 'false') !== isFolded) nameFold(button, isFolded)
    if (isFolded && !row.hidden) hiddenBelow = depth
  }
}

const fold = (id: string): void => {
  if (!folded.delete(id)) folded.add(id)
  keepList(foldsKey(), [...folded].slice(-foldsKeptMax))
  applyFolds()
}

/** Takes folds from what this browser kept, and folds on request. */
export const keepFolds = (): void => {
  for (const id of recallList(foldsKey())) folded.add(id)
  applyFolds()
  document.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>('[data-fold]') : null
    if (button?.dataset.fold) fold(button.dataset.fold)
  })
}

/** Makes an element of another page ready to stand on this one. */
export const adopt = <Kind extends Element>(element: Kind): Kind => {
  const adopted = document.adoptNode(element)
  refineTimes(adopted)
  recallFields(adopted)
  return adopted
}

/** The last of the rows behind `row` that belong to it and that another page does not have, such as comments that are not sent yet. */
const endOfOwn = (row: Element, page: Document, depth: number): Element => {
  let end = row
  for (let next = row.nextElementSibling; next instanceof HTMLElement; next = next.nextElementSibling) {
    if (depthOf(next) <= depth || page.getElementById(next.id)) break
    end = next
  }
  return end
}

/** Puts rows of another page that are not here behind those that stand before them there; the first ones behind `after`, or first. Returns them. */
export const insertMissing = (
  page: Document,
  isWanted: (row: HTMLElement) => boolean,
  after?: Element | null,
): HTMLElement[] => {
  const inserted: HTMLElement[] = []
  let last = after
  for (const row of rowsOf(page)) {
    const known = row.id === '' ? null : document.getElementById(row.id)
    if (known) last = known
    else if (isWanted(row)) {
      const added = adopt(row)
      if (last) endOfOwn(last, page, depthOf(added)).after(added)
      else listOf(document)?.prepend(added)
      inserted.push(added)
      last = added
    }
  }
  applyFolds()
  return inserted
}

/** What has the focus in a row, to be found in a newer state of it: by its id, or by what it says. */
const focusedIn = (row: Element): ((newer: Element) => HTMLElement | undefined) => {
  const focused = document.activeElement
  if (focused === null || !row.contains(focused)) return () => undefined
  const { id, tagName, textContent } = focused
  return (newer) =>
    [...newer.querySelectorAll<HTMLElement>(tagName)].find((each) =>
      id === '' ? each.textContent === textContent : each.id === id,
    )
}

/** Puts a newer state of a row in its place; null takes the row away. */
export const replaceRow = (row: Element, newer: HTMLElement | null): void => {
  if (newer === null) row.remove()
  else {
    const focused = focusedIn(row)
    newer.removeAttribute('data-sought')
    const adopted = adopt(newer)
    row.replaceWith(adopted)
    focused(adopted)?.focus()
  }
  applyFolds()
}

/** Says that something was done, to eyes and ears. */
export const sayDone = (words: string): void => {
  const line = document.getElementById('comments-done')
  if (!line) return
  line.textContent = words
  line.className = words === '' ? 'unseen' : 'quiet'
}

export const focusHeading = (): void =>
  document.getElementById('comments-title')?.focus({ preventScroll: true })
