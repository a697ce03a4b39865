interface Request {
  url: string | null
  filters: readonly string[]
}

export const filterKind = (name: string): string => `filter:${name}`

/** What a worker must know to do a job: where its file comes from, and each of its filters. */
export const kindsOf = ({ url, filters }: Request): string[] => [
  url === null ? 'upload' : 'link',
  ...filters.map(filterKind),
]
