/** What the form counts in: people know MB as programs of their files show them. */
export const bytesPerMB = 1024 * 1024
export const pixelsPerMillion = 1_000_000

/** A number of bytes or pixels as the form shows it, with at most two decimals. */
export const inUnits = (count: number, unit: number): string => String(Math.round((count / unit) * 100) / 100)
