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
/** After what could not be read. */
const retryMs = 4_000
const isComment = (row: HTMLElement): boolean => row.classList.contains('comment')
const isChanging = (row: Element): boolean => row.querySelector('.comment-form,.remove-question') !== null

/** What became of one comment that is here: its newer state, or its end. False where it has to be tried again. */
export const renewRow = async (row: Element): Promise<boolean> => {
  const fetched = await fetchPage(addressWith(idOf(row), { isOwn: isOwn(row) }), { isQuiet: true })
  if (!fetched?.isOk) return fetched !== undefined && !fetched.isAway
  if (!isChanging(row) && row.isConnected) replaceRow(row, fetched.page.getElementById(row.id))
  return true
}

/** Lines of the section that count. */
const copyCounts = (page: Document): void => {
  for (const id of ['comments-title', 'comments-unseen']) {
    const [here, there] = [document.getElementById(id), page.getElementById(id)]
    if (here && there && here.textContent !== there.textContent) here.textContent = there.textContent
  }
}

/**
 * Compares the page in hand with a newer one. Rows change in place; `changed` names comments that did for certain. False where it has to
 * be tried again.
 */
const refresh = async (changed: ReadonlySet<string>): Promise<boolean> => {
  const fetched = await fetchPage(presentAddress(), { isQuiet: true })
  if (!fetched?.isOk) return fetched !== undefined && !fetched.isAway
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
    if (row && (isOwn(row) || !there.has(row.id)) && !(await renewRow(row))) return false
  }
  if (!isSending()) insertMissing(page, (row) => isComment(row) && isOwn(row))
  offerArrived(page)
  return true
}

const changed = new Set<string>()
let timer: ReturnType<typeof setTimeout> | undefined
let running: Promise<void> = Promise.resolve()
let refreshedAt = Number.NEGATIVE_INFINITY

const refreshGathered = async (): Promise<void> => {
  const ids = new Set(changed)
  changed.clear()
  if (await refresh(ids)) return
  for (const id of ids) changed.add(id)
  refreshSoon(retryMs)
}

/** Gathers what comes together into one request, which is made again while a service is away. */
const refreshSoon = (pauseMs = gatherMs): void => {
  if (timer !== undefined) return
  timer = setTimeout(
    () => {
      timer = undefined
      refreshedAt = performance.now()
      running = running.then(refreshGathered)
    },
    Math.max(pauseMs, refreshedAt + refreshMsMin - performance.now()),
  )
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
