import type { Change } from '@logbook/contracts/http/query.ts'
import { offerArrived } from './arrived.ts'
import { followChanges } from './changes.ts'
import { addressWith, fetchPage, presentAddress } from './fetched.ts'
import { showNews } from './news.ts'
import { isSending } from './sending.ts'
import { idOf, insertMissing, isOwn, postId, replaceRow, rowOf, rowsOf, section } from './thread.ts'

const gatherMs = 100
/** However much happens, and however many watch, each asks for the page no more often. */
const refreshMsMin = 1_500
const isComment = (row: HTMLElement): boolean => row.classList.contains('comment')
const isChanging = (row: Element): boolean => row.querySelector('.comment-form,.remove-question') !== null

/** What became of one comment that is here: its newer state, or its end. */
export const renewRow = async (row: Element): Promise<void> => {
  const fetched = await fetchPage(addressWith(idOf(row), { isOwn: isOwn(row) }), { isQuiet: true })
  if (!fetched?.isOk || isChanging(row) || !row.isConnected) return
  replaceRow(row, fetched.page.getElementById(row.id))
}

/** Lines of the section that count. */
const copyCounts = (page: Document): void => {
  for (const id of ['comments-title', 'comments-unseen']) {
    const [here, there] = [document.getElementById(id), page.getElementById(id)]
    if (here && there && here.textContent !== there.textContent) here.textContent = there.textContent
  }
}

/** Compares the page in hand with a newer one. Rows change in place; `changed` names comments that did for certain. */
const refresh = async (changed: ReadonlySet<string>): Promise<void> => {
  const fetched = await fetchPage(presentAddress(), { isQuiet: true })
  if (!fetched?.isOk) return
  const { page } = fetched
  copyCounts(page)
  const there = new Set(rowsOf(page).map(({ id }) => id))
  for (const newer of rowsOf(page)) {
    const row = newer.id === '' ? null : document.getElementById(newer.id)
    if (row === null || isOwn(row) || isChanging(row)) continue
    if (row.dataset.state !== newer.dataset.state) replaceRow(row, newer.cloneNode(true) as HTMLElement)
  }
  for (const id of changed) {
    const row = rowOf(id)
    if (row && (isOwn(row) || !there.has(row.id))) await renewRow(row)
  }
  if (!isSending()) insertMissing(page, (row) => isComment(row) && isOwn(row))
  offerArrived(page)
}

const changed = new Set<string>()
let timer: ReturnType<typeof setTimeout> | undefined
let running: Promise<void> = Promise.resolve()
let refreshedAt = Number.NEGATIVE_INFINITY

/** Gathers what comes together into one request. */
const refreshSoon = (): void => {
  if (timer !== undefined) return
  const pauseMs = Math.max(gatherMs, refreshedAt + refreshMsMin - performance.now())
  timer = setTimeout(() => {
    timer = undefined
    refreshedAt = performance.now()
    const ids = new Set(changed)
    changed.clear()
    running = running.then(() => refresh(ids))
  }, pauseMs)
}

/** Follows what happens to the post while its page is seen. What was does not change: a page of the past follows nothing. */
export const keepLive = (): void => {
  const position = section()?.dataset.position
  if (position === undefined) return
  followChanges({
    postId: postId(),
    after: position || null,
    onGap: () => {
      for (const row of rowsOf(document)) if (isComment(row) && isOwn(row)) changed.add(idOf(row))
      refreshSoon()
    },
    onChange: (change: Change) => {
      if (change.kind !== 'comment') return showNews(change)
      changed.add(change.comment.id)
      refreshSoon()
    },
  })
}
