import { render } from '../threads/render.ts'
import { serve } from '../threads/serve.ts'

// A thread as it is, but for four words that make it misbehave.
serve((job) => {
  if (job.markdown.includes('spin')) for (;;);
  if (job.markdown.includes('exit')) process.exit(0)
  if (job.markdown.includes('throw')) throw new Error('thrown')
  if (job.markdown.includes('devour'))
    for (const all: unknown[] = []; ; ) all.push(new Array(100_000).fill(all.length))
  return render(job)
})
