import { readFileSync } from 'node:fs'
import { slugOf } from './pages-blog.ts'
import { aim } from './query-pages.ts'

const ticksPerSecond = 100
const msPerTick = 1_000 / ticksPerSecond

/** Milliseconds of CPU that a process has used, all of its threads. */
const cpuMs = (pid: number): number => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [user = 0, system = 0] = [Number(fields[11]), Number(fields[12])]
  return (user + system) * msPerTick
}

/** MiB of memory that a process holds. */
export const memoryMiB = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024

interface Rendering {
  name: string
  pid: number
  /** Where the client listens. */
  url: string
  /** Posts that were not asked for before: of the first half nothing is measured. */
  posts: readonly number[]
  msMax: number
}

/** What the first render of a post costs the client, one after the other. */
export const measureRendering = async ({ name, pid, url, posts, msMax }: Rendering): Promise<void> => {
  const ask = async (n: number) => {
    const answer = await fetch(`${url}/posts/${slugOf(n)}`, { headers: { 'Accept-Encoding': 'br' } })
    if (answer.status !== 200) throw new Error(`${slugOf(n)} was answered ${answer.status}`)
    await answer.arrayBuffer()
  }
  const half = Math.floor(posts.length / 2)
  for (const n of posts.slice(0, half)) await ask(n)
  const before = cpuMs(pid)
  for (const n of posts.slice(half)) await ask(n)
  const each = (cpuMs(pid) - before) / (posts.length - half)
  console.log(
    `${name.padEnd(40)} ${each.toFixed(1)} ms of CPU of the client (${posts.length - half} posts; ${aim(each <= msMax, `≤ ${msMax} ms`)})`,
  )
}
