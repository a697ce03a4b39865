/** What a lease is for: all that is made of a file, or the crops of a finished picture alone. */
export type Task = 'all' | 'crop'

interface Request {
  url: string | null
  filters: readonly string[]
  use?: 'portrait' | undefined
}

export const filterKind = (name: string): string => `filter:${name}`

/** What a worker must know to do a job: where its file comes from, what it is for, and each of its filters. Crops are made of what is filtered already. */
export const kindsOf = ({ url, filters, use }: Request, task: Task = 'all'): string[] =>
  task === 'crop'
    ? ['crop']
    : [url === null ? 'upload' : 'link', ...(use === undefined ? [] : [use]), ...filters.map(filterKind)]
