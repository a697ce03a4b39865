import type { Draft } from './draft.ts'

/** What was typed and not saved, with the version that it builds on. */
export interface KeptDraft {
  draft: Draft
  version: number
}

const keyOf = (id: string | undefined) => `logbook:draft:${id ?? 'new'}`

const isKept = (value: unknown): value is KeptDraft => {
  if (typeof value !== 'object' || value === null || !('draft' in value) || !('version' in value))
    return false
  const { draft, version } = value
  return (
    typeof version === 'number' &&
    typeof draft === 'object' &&
    draft !== null &&
    ['title', 'content', 'tags', 'excerpt'].every((field) => typeof Object(draft)[field] === 'string')
  )
}

export const recallDraft = (id: string | undefined): KeptDraft | undefined => {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(keyOf(id)) ?? 'null')
    // What was kept before addresses could be typed has none.
    return isKept(stored)
      ? { ...stored, draft: { ...stored.draft, slug: String(stored.draft.slug ?? '') } }
      : undefined
  } catch {
    return undefined
  }
}

export const keepDraft = (id: string | undefined, kept: KeptDraft): void => {
  try {
    localStorage.setItem(keyOf(id), JSON.stringify(kept))
  } catch {
    // Full or forbidden storage: the text lives as long as the page.
  }
}

export const forgetDraft = (id: string | undefined): void => {
  try {
    localStorage.removeItem(keyOf(id))
  } catch {
    // Nothing was kept then.
  }
}
