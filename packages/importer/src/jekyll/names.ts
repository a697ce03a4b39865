const dated = /^(\d{4}-\d{1,2}-\d{1,2})-(.+)$/

/** `_posts/notes/2012-08-31-faces.md` as its date and its name, without folder and ending; a draft has no date. */
export const nameOf = (path: string): { date: string | undefined; name: string } => {
  const file = fileName(path)
  const [, date, name] = dated.exec(file) ?? []
  return { date, name: name ?? file }
}

/** The file's name without its folder and ending. */
export const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '')

/** A page that is its folder's index is known by the folder. */
export const pageName = (path: string): string => {
  const name = fileName(path)
  const folder = path.split('/').at(-2)
  return name === 'index' && folder !== undefined ? folder : name
}
