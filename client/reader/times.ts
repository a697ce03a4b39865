import { timeLeft } from '../app/features/comments/time-left.ts'
import { relativeTime } from '../app/features/page/relative-time.ts'

const tickMs = 15_000
const isPast = () => document.querySelector('aside.past') !== null
const dates = new WeakMap<Element, string>()

/** Times of today in the reader's words; the server prints the date, which is the same for everyone. */
export const refineTimes = (root: ParentNode): void => {
  if (isPast()) return
  const now = Date.now()
  for (const time of root.querySelectorAll('time')) {
    const date = dates.get(time) ?? time.textContent
    dates.set(time, date)
    const relative = relativeTime({ at: Date.parse(time.dateTime), now })
    const words = relative === undefined ? date : `${time.dataset.prefix ?? ''}${relative}`
    if (time.textContent !== words) time.textContent = words
  }
}

/** How long the reader's own comments can be edited. `onOver` is called for each whose time is over. */
const countDown = (onOver: (row: Element) => void): void => {
  for (const left of document.querySelectorAll<HTMLElement>('.time-left[data-until]')) {
    const ms = Number(left.dataset.until) - Date.now()
    if (ms > 0) left.textContent = `${left.dataset.prefix} for ${timeLeft(ms)}`
    else {
      const row = left.closest('li.comment')
      left.remove()
      if (row) onOver(row)
    }
  }
}

export const keepTimes = ({ onOver }: { onOver: (row: Element) => void }): void => {
  setInterval(() => {
    refineTimes(document)
    countDown(onOver)
  }, tickMs)
}
