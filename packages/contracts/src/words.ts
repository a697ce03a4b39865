/** Made when first needed: the first of a process takes 10 ms, and most processes format none. */
const formatter = (options: Intl.NumberFormatOptions = {}) => {
  let made: Intl.NumberFormat | undefined
  return (value: number): string => {
    made ??= new Intl.NumberFormat('en', options)
    return made.format(value)
  }
}

const inGroups = formatter()

/** `1,200`. Most numbers of a page are small and need no formatter. */
export const inFigures = (count: number): string =>
  Number.isInteger(count) && count >= 0 && count < 1_000 ? String(count) : inGroups(count)

/** `1 person`, `1,200 people`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${inFigures(count)} ${count === 1 ? one : many}`

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']
const withOneDigit = formatter({ maximumFractionDigits: 1 })

/** A size of files or memory: `1.5 MiB`. */
export const sizeInWords = (bytes: number): string => {
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  return `${withOneDigit(bytes / 1024 ** power)} ${units[power]}`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** A text as HTML or XML: between elements, or as an attribute in double quotes. */
export const escapedHtml = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (char) => entities[char] ?? char)
