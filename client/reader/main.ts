import { dayIn } from '@logbook/contracts/time-zone.ts'
import { themeOf, turnTheme } from '../app/features/page/theme.ts'
import { onSearchKey, searchBoxId } from '../app/features/search/search-key.ts'
import { keepBell } from './bell.ts'
import { keepFields, recallFields } from './kept-fields.ts'
import { keepLive, renewRow } from './live.ts'
import { markMissingPictures } from './missing-pictures.ts'
import { keepOfflinePage } from './offline.ts'
import { keepUnsentComments } from './sending.ts'
import { keepSwaps } from './swap.ts'
import { keepFolds, section } from './thread.ts'
import { keepTimes, refineTimes } from './times.ts'
import { markNew } from './visits.ts'
import { keepVotes } from './votes.ts'
import { keepForms } from './writing.ts'

/** A former address with a comment only after its `#` redirects to the page of the thread that contains it. */
const seekComment = (): void => {
  const id = /^#comment-([0-9a-f-]{36})$/i.exec(location.hash)?.[1]?.toLowerCase()
  if (!id || !section() || document.getElementById(`comment-${id}`)) return
  const query = new URLSearchParams(location.search)
  if (query.get('comment') === id) return
  for (const name of ['comments', 'replies', 'from']) query.delete(name)
  query.set('comment', id)
  location.replace(`${location.pathname}?${query}${location.hash}`)
}

const keepTheme = (): void => {
  // A page that comes back as it was left may have been left in the other theme.
  window.addEventListener('pageshow', ({ persisted }) => {
    const theme = persisted ? themeOf(document.cookie) : undefined
    if (theme) document.documentElement.dataset.theme = theme
  })
  document.addEventListener('submit', (event) => {
    if (!(event.target instanceof HTMLFormElement) || !event.target.matches('.theme')) return
    event.preventDefault()
    turnTheme()
  })
}

const keepSearch = (): void => {
  onSearchKey(() => location.assign('/search'))
  const box = document.getElementById(searchBoxId)
  if (box instanceof HTMLInputElement && box.value === '') box.focus()
}

/** A day of the past is one up to today in the blog's time zone, which a page that is kept for everyone can't say. */
const boundDays = (): void => {
  for (const day of document.querySelectorAll<HTMLInputElement>('input[type="date"][data-time-zone]'))
    day.max = dayIn(Date.now(), day.dataset.timeZone ?? 'UTC')
}

const keepComments = (): void => {
  keepFolds()
  keepSwaps()
  keepVotes()
  keepForms()
  keepUnsentComments()
  markNew()
  keepLive()
  seekComment()
  window.addEventListener('hashchange', seekComment)
}

refineTimes(document)
recallFields(document)
keepFields()
keepTimes({ onOver: (row) => void renewRow(row) })
keepTheme()
keepSearch()
boundDays()
markMissingPictures()
keepOfflinePage()
keepBell()
if (section()) keepComments()
document.documentElement.dataset.running = ''
