import { idOf, isMine, postId, rowsOf, section } from './thread.ts'

const key = () => `logbook:read:${postId()}`

const readAt = (row: Element): string => row.querySelector('time')?.dateTime ?? ''

const recall = (): string | null => {
  try {
    return localStorage.getItem(key())
  } catch {
    return null
  }
}

const keep = (moment: string): void => {
  try {
    localStorage.setItem(key(), moment)
  } catch {
    // Full or forbidden storage: the next visit is like the first.
  }
}

/** Marks and links comments since the last visit. The data stays in this browser. */
export const markNew = (): void => {
  if (section()?.dataset.position === undefined) return
  const last = recall()
  const rows = rowsOf(document).filter((row) => row.querySelector('.comment-text') && !isMine(row))
  const fresh = last === null ? [] : rows.filter((row) => readAt(row) > last)
  const newest = [last ?? '', ...rows.map(readAt)].sort().at(-1)
  if (newest) keep(newest)
  for (const row of fresh) row.dataset.fresh = ''
  const [first] = fresh
  if (first === undefined) return
  const link = document.createElement('a')
  link.className = 'since'
  link.href = `#comment-${idOf(first)}`
  link.textContent = `${fresh.length} since your last visit`
  document.querySelector('.comments-head')?.append(link)
}
