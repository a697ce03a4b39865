import type { Job, Rendered } from './job.ts'

interface Bounds {
  togetherJobsMax: number
  togetherCharsMax: number
  postTogetherCharsMax: number
}

/** The same in order, in batches of so many jobs and so many characters at most. A long post goes by itself, so that another thread can do the rest. */
export const inBatches = <Item extends { job: Job }>(
  items: readonly Item[],
  { togetherJobsMax, togetherCharsMax, postTogetherCharsMax }: Bounds,
): Item[][] => {
  const batches: Item[][] = []
  let open: Item[] = []
  let chars = 0
  for (const item of items) {
    const { kind, markdown } = item.job
    if (kind === 'post' && markdown.length > postTogetherCharsMax) {
      batches.push([item])
      continue
    }
    if (open.length === 0 || open.length === togetherJobsMax || chars + markdown.length > togetherCharsMax) {
      open = []
      chars = 0
      batches.push(open)
    }
    open.push(item)
    chars += markdown.length
  }
  return batches
}

/** Collects concurrent requests and renders them in batches. `render` returns the results of a batch in order, and never rejects. */
export const gather = <Item extends { job: Job }>(
  render: (batch: readonly Item[]) => Promise<readonly Rendered[]>,
  bounds: Bounds,
): ((item: Item) => Promise<Rendered>) => {
  let asked: Item[] = []
  const answers = new Map<Item, (rendered: Rendered) => void>()
  const send = () => {
    const batches = inBatches(asked, bounds)
    asked = []
    for (const batch of batches)
      void render(batch).then((all) => {
        for (const [index, item] of batch.entries()) {
          const rendered = all[index]
          if (rendered) answers.get(item)?.(rendered)
          answers.delete(item)
        }
      })
  }
  return (item) => {
    if (asked.length === 0) queueMicrotask(send)
    asked.push(item)
    return new Promise((resolve) => answers.set(item, resolve))
  }
}
