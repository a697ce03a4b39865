import { render } from '../threads/render.ts'
import type { Renderer } from '../threads/renderer.ts'

/** A renderer without threads, for tests that start many services. What it is asked for costs the thread that asks. */
export const inlineRenderer: Renderer = {
  turn: () => ({
    isFinal: () => true,
    comment: async (markdown) => render({ kind: 'comment', markdown }).text,
    async post(markdown) {
      const { text, headings } = render({ kind: 'post', markdown })
      return { html: text, headings }
    },
    async mail(markdown, { page }) {
      const { text, plain = '' } = render({ kind: 'mail', markdown, page })
      return { html: text, plain }
    },
    excerpt: async (markdown, { charsMax }) => render({ kind: 'excerpt', markdown, charsMax }).text,
  }),
  status: () => ({ waiting: 0, keptChars: 0, overdue: 0, unavailable: 0 }),
  close: async () => {},
}

/** What a renderer's threads may run instead: `spin`, `throw`, `exit` or `devour` in a text makes them do so. */
export const stubbornThread = new URL('./stubborn-thread.ts', import.meta.url)
