import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { commentXml, exportXml, itemXml } from '@logbook/importer/testing/make-export.ts'

const readers = 2_000
const sentence =
  'Each paragraph has a *word* in emphasis, a [link](https://example.org/there) and `some code`. '
const text = (n: number): string =>
  `## Part ${n}\n\n${sentence.repeat(8)}\n\n- one thing\n- another\n\n${sentence.repeat(8)}\n`
const html = `<p>${'Each paragraph has <em>a word</em> in emphasis and <a href="https://example.org/there">a link</a>. '.repeat(10)}</p>\n\n<ul><li>one thing</li><li>another</li></ul>\n`

const number = (n: number): string => String(n).padStart(4, '0')
const dayOf = (n: number): string =>
  new Date(Date.UTC(2010, 0, 1) + n * 86_400_000).toISOString().slice(0, 10)

const commentOf = (post: number, n: number, commentsPerPost: number): string => {
  const reader = (post * commentsPerPost + n) % readers
  const answers = n % 3 === 2 ? 'replying_to: 1\n' : ''
  return `_id: c-${post}-${n}\nname: Reader ${reader}\ndate: ${dayOf(post)}T12:${String(n % 60).padStart(2, '0')}:00Z\n${answers}message: "${sentence.repeat(3)}"\n`
}

export interface MadeFolder {
  folder: string
  posts: number
  commentsPerPost: number
}

/** Writes a Jekyll blog: posts of 1.7 kB, and comments of 300 bytes, every third of them a reply. */
export const makeFolder = async ({ folder, posts, commentsPerPost }: MadeFolder): Promise<void> => {
  await mkdir(join(folder, '_posts'), { recursive: true })
  await writeFile(join(folder, '_config.yml'), 'title: A blog\nurl: https://blog.example.org\n')
  for (let post = 0; post < posts; post++) {
    const slug = `post-${number(post)}`
    const front = `title: Post ${post}\ntags: [one, two]\ndate: ${dayOf(post)}T08:00:00Z`
    await writeFile(join(folder, '_posts', `${dayOf(post)}-${slug}.md`), `---\n${front}\n---\n${text(post)}`)
    const thread = join(folder, '_data/comments', slug)
    await mkdir(thread, { recursive: true })
    for (let n = 0; n < commentsPerPost; n++)
      await writeFile(join(thread, `entry-${number(n)}.yml`), commentOf(post, n, commentsPerPost))
  }
}

/** Writes a WordPress export of at least this many bytes: posts of 5 kB with five comments. Resolves with the number of its items. */
export const makeExport = async (
  file: string,
  bytesMin: number,
): Promise<{ posts: number; comments: number }> => {
  const output = createWriteStream(file)
  const [head = '', tail = ''] = exportXml({ items: ['<!-- items -->'] }).split('<!-- items -->')
  const content = html.repeat(4)
  output.write(head)
  let posts = 0
  let comments = 0
  for (; output.bytesWritten + output.writableLength < bytesMin; posts++) {
    const inside = Array.from({ length: 5 }, () => {
      comments += 1
      const author = `Reader ${comments % readers}`
      const said = { 'wp:comment_author': author, 'wp:comment_content': sentence.repeat(3) }
      return commentXml({ id: comments, fields: said })
    }).join('\n')
    const id = posts + 1
    if (!output.write(`${itemXml({ id, fields: { 'content:encoded': content }, inside })}\n`))
      await once(output, 'drain')
  }
  output.end(tail)
  await once(output, 'close')
  return { posts, comments }
}
