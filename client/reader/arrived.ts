import { focusHeading, insertMissing, isOwn, rowsOf } from './thread.ts'

/** The newest page of this thread, with comments that are not shown yet. */
let newest: Document | undefined

const arrivedRows = (): HTMLElement[] =>
  (newest ? rowsOf(newest) : []).filter(
    (row) => document.getElementById(row.id) === null && !isOwn(row) && row.querySelector('.comment-text'),
  )

const showArrived = (): void => {
  if (newest) insertMissing(newest, (row) => row.classList.contains('comment'))
  offerArrived()
  document.getElementById('comments-title')?.scrollIntoView({ block: 'start' })
  focusHeading()
}

/** Comments by others wait behind a button: nothing moves under the reader's eyes. `page` is newer than what was known. */
export const offerArrived = (page = newest): void => {
  newest = page
  const place = document.getElementById('comments-arrived')
  const { length } = arrivedRows()
  if (length === 0) place?.replaceChildren()
  if (!place || length === 0) return
  const button = place.querySelector('button') ?? document.createElement('button')
  button.type = 'button'
  button.className = 'arrived'
  button.onclick = showArrived
  button.textContent = `${length} new ↑`
  if (!button.isConnected) place.append(button)
}
