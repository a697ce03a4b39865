/** What `npm run bench -- import` can measure, by the names to choose by. */
export const importRows = {
  'import-rate': 'posts and comments of a Jekyll blog imported a second, over appends of the same events',
  'import-memory': 'memory of the importer on a WordPress export of 500 MB, over one of 50 MB',
} as const

export type ImportRow = keyof typeof importRows

export const isImportRow = (name: string): name is ImportRow => Object.hasOwn(importRows, name)
