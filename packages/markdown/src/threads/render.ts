import { renderComment } from '../comment.ts'
import { excerptOf } from '../excerpt.ts'
import { renderMail } from '../mail.ts'
import { renderPost } from '../post.ts'
import type { Job, Rendered } from './job.ts'

/** Does a job in the thread that calls it. */
export const render = ({ kind, markdown, charsMax = 0, page = '' }: Job): Rendered => {
  switch (kind) {
    case 'comment':
      return { text: renderComment(markdown), headings: [] }
    case 'excerpt':
      return { text: excerptOf(markdown, { charsMax }), headings: [] }
    case 'post': {
      const { html, headings } = renderPost(markdown)
      return { text: html, headings }
    }
    case 'mail': {
      const { html, plain } = renderMail(markdown, page)
      return { text: html, plain, headings: [] }
    }
  }
}
