const fetchMsMax = 15_000

export interface Fetched {
  isOk: boolean
  /** A service is away: later it may be there. */
  isAway: boolean
  page: Document
}

const bar = () => document.querySelector<HTMLElement>('.progress')
let underWay = 0

const count = (change: 1 | -1): void => {
  underWay += change
  bar()?.toggleAttribute('data-busy', underWay > 0)
}

/** The page at an address, whatever its status; undefined where none came. Its scripts don't run. */
export const fetchPage = async (
  address: string | URL,
  { isQuiet = false, ...init }: RequestInit & { isQuiet?: boolean } = {},
): Promise<Fetched | undefined> => {
  if (!isQuiet) count(1)
  try {
    const response = await fetch(address, {
      ...init,
      headers: { Accept: 'text/html' },
      signal: AbortSignal.timeout(fetchMsMax),
    })
    const page = new DOMParser().parseFromString(await response.text(), 'text/html')
    return { isOk: response.ok, isAway: response.status >= 500, page }
  } catch {
    return undefined
  } finally {
    if (!isQuiet) count(-1)
  }
}

/** The address of this page without what opens a form or was said a moment ago. */
export const presentAddress = (): URL => {
  const url = new URL(location.href)
  for (const name of ['edit', 'remove', 'reply', 'said', 'replies', 'from']) url.searchParams.delete(name)
  url.hash = ''
  return url
}

/** The page of the thread that holds a comment. With `isOwn` it says what became of it. */
export const addressWith = (id: string, { isOwn }: { isOwn: boolean }): URL => {
  const url = presentAddress()
  url.searchParams.delete('comments')
  url.searchParams.set('comment', id)
  if (isOwn) url.searchParams.set('said', id)
  return url
}
