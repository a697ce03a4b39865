/** The page's own address with some parameters more. */
export type Here = (more: Record<string, string>, hash?: string) => string

/** Each names a page of the thread: the new one takes the place of the other. */
const otherPage: Record<string, string> = { comment: 'comments', comments: 'comment' }

export const hereOf =
  (search: URLSearchParams): Here =>
  (more, hash = '#comments') => {
    const kept = ['sort', 'comments', 'comment', 'asOf'].flatMap((name) => {
      const value = search.get(name)
      return value === null || (otherPage[name] ?? '') in more ? [] : [[name, value]]
    })
    const query = new URLSearchParams({ ...Object.fromEntries(kept), ...more })
    return `?${query}${hash}`
  }
