const monthFormat = new Intl.DateTimeFormat('en-GB', { month: 'long', timeZone: 'UTC' })

const startOf = (month: string): Date => new Date(`${month}-01T00:00:00Z`)

/** `2026-11` in words: `November`. */
export const monthName = (month: string): string => monthFormat.format(startOf(month))

/** `2026-11` in words: `November 2026`. */
export const monthAndYear = (month: string): string => `${monthName(month)} ${yearOf(month)}`

export const yearOf = (month: string): string => month.slice(0, month.lastIndexOf('-'))

export const isMonth = (text: string): boolean => /^\d{4}-(?:0[1-9]|1[0-2])$/.test(text)
