import type { Change } from '@logbook/contracts/http/query.ts'
import { fetchPage, presentAddress } from './fetched.ts'
import { adopt } from './thread.ts'

const article = () => document.querySelector<HTMLElement>('article.post')

const showNewText = async (line: Element): Promise<void> => {
  const fetched = await fetchPage(presentAddress())
  const newer = fetched?.page.querySelector('article.post')
  if (!fetched?.isOk || !newer) return
  article()?.replaceWith(adopt(newer))
  document.title = fetched.page.title
  line.remove()
}

/** Says above the post that it was edited or taken down. Nothing moves by itself. */
export const showNews = (change: Exclude<Change, { kind: 'comment' }>): void => {
  if (change.kind === 'post' && change.version <= Number(article()?.dataset.version)) return
  const line = document.querySelector('.news') ?? document.createElement('p')
  line.className = 'news'
  line.role = 'status'
  if (!line.isConnected) article()?.before(line)
  if (change.kind === 'post-removed') {
    line.textContent = 'This post has just been taken down. What you see is your own copy.'
    return
  }
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'plain'
  button.textContent = 'Show the new text'
  button.onclick = () => void showNewText(line)
  line.replaceChildren('This post has just been edited. ', button)
}
