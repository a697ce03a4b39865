/** What this browser wrote and nobody else may read yet. It is gone with the tab. */
export interface KeptText {
  id: string
  text: string
}

const textsKeptMax = 50
const keyOf = (postId: string) => `logbook:own:${postId}`

const isKept = (value: unknown): value is KeptText =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  typeof value.id === 'string' &&
  'text' in value &&
  typeof value.text === 'string'

/** Storage may be full, forbidden, or hold what another version wrote: then there is nothing. */
export const recallTexts = (postId: string): KeptText[] => {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(keyOf(postId)) ?? '[]')
    return Array.isArray(stored) ? stored.filter(isKept) : []
  } catch {
    return []
  }
}

export const keepText = (postId: string, kept: KeptText): void => {
  try {
    const texts = [...recallTexts(postId), kept].slice(-textsKeptMax)
    sessionStorage.setItem(keyOf(postId), JSON.stringify(texts))
  } catch {
    // The comment is sent all the same; only its text can't be shown again after a reload.
  }
}
