/** Strings that this browser keeps under a name; none where storage is forbidden or holds something else. */
export const recallList = (key: string): string[] => {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(stored) ? stored.filter((each) => typeof each === 'string') : []
  } catch {
    return []
  }
}

export const keepList = (key: string, list: readonly string[]): void => {
  try {
    if (list.length === 0) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(list))
  } catch {
    // Full or forbidden storage: kept no longer than the page.
  }
}
