/** The lines of a text, each with whether it is code or raw HTML. */
export interface Line {
  text: string
  isCode: boolean
}

const item = /^([ \t]*)([-*+])(?=[ \t]+\S)/
const rule = /^ {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$/
const isOutermost = (text: string): boolean => /^ ?\S/.test(text)
/** Begins another block even right below an item. */
const endsList = /^ {0,3}(?:#{1,6}[ \t]|>|`{3}|~{3}|<|\d+[.)][ \t])/

/**
 * The items of a list behind one mark. Kramdown goes on with a list where the mark changes, `-` below `*`, and CommonMark begins
 * another one.
 */
export const withOneMark = (lines: readonly Line[]): Line[] => {
  let mark: string | undefined
  let isAfterBlank = false
  return lines.map((line) => {
    const { text, isCode } = line
    if (text.trim() === '') {
      isAfterBlank = true
      return line
    }
    const own = isCode || rule.test(text) ? undefined : item.exec(text)?.[2]
    const isBelow = isAfterBlank || isCode || rule.test(text) || endsList.test(text)
    isAfterBlank = false
    if (own === undefined) {
      if (isBelow && isOutermost(text)) mark = undefined
      return line
    }
    mark ??= own
    return mark === own ? line : { ...line, text: text.replace(item, `$1${mark}`) }
  })
}
