/** What `npm run bench -- query` can measure, by the names to choose by. */
export const queryRows = {
  answers: 'pages as JSON and answers 304 a second, over a bare server',
  sizes: 'the home list of a large blog and the page of a long thread, over small ones',
  past: 'a page and a list as of an earlier position, over the live ones, all from the rows',
  search: 'searches among 100,000 posts',
  replay: 'the log replayed into an empty view, over upserts of the same rows (1,000,000 events with --full)',
  'while-rebuilding': 'p99 of reads while the view is rebuilt, over idle',
  verdict: 'a comment accepted to its verdict shown, over one durable append',
} as const

export type QueryRow = keyof typeof queryRows

export const isQueryRow = (name: string): name is QueryRow => Object.hasOwn(queryRows, name)
