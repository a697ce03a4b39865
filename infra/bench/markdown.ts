import { renderComment } from '@logbook/markdown/comment.ts'
import { excerptOf } from '@logbook/markdown/excerpt.ts'
import { renderPost } from '@logbook/markdown/post.ts'
import rehypeRaw from 'rehype-raw'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'
import { median } from './bus-event.ts'
import { commentTextOf, postTextOf } from './pages-blog.ts'
import { aim } from './query-pages.ts'

const isSmall = process.argv.includes('--small')
const rounds = isSmall ? 3 : 5
const chars = isSmall ? 400_000 : 2_000_000

/** What the reference for GitHub's Markdown takes to parse a text, raw HTML included: neither made safe nor coloured nor printed. */
const peer = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeRaw)
  .freeze()

const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

let made = 0

/** Milliseconds of CPU for each of so many texts, none of which is the same as another. */
const costOf = (render: (text: string) => unknown, textOf: (n: number) => string, count: number): number => {
  const texts = Array.from({ length: count }, () => textOf(made++))
  const before = cpuMs()
  for (const text of texts) render(text)
  return (cpuMs() - before) / count
}

const compare = (name: string, render: (text: string) => unknown, textOf: (n: number) => string): void => {
  const count = Math.ceil(chars / textOf(0).length)
  const parse = (text: string) => peer.runSync(peer.parse(text))
  costOf(render, textOf, count)
  costOf(parse, textOf, Math.ceil(count / 4))
  const [ours, theirs]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    ours.push(costOf(render, textOf, count))
    theirs.push(costOf(parse, textOf, Math.ceil(count / 4)))
  }
  const [own, other] = [median(ours), median(theirs)]
  console.log(
    `${name.padEnd(40)} ${own.toFixed(3)} ms of CPU, ${other.toFixed(3)} for micromark to parse it = ${(other / own).toFixed(1)} times (${aim(other / own >= 3, '≥ 3')})`,
  )
}

compare('a post of 5 kB, rendered', renderPost, (n) => postTextOf(800, n))
compare('a long post of 30 kB, rendered', renderPost, (n) => postTextOf(5_750, n))
compare('a comment of 250 characters, rendered', renderComment, commentTextOf)
compare(
  'an excerpt of a post',
  (text) => excerptOf(text, { charsMax: 280 }),
  (n) => postTextOf(800, n),
)
