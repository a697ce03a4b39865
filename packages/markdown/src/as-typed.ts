import { escapedHtml } from '@logbook/contracts/words.ts'
/** The blocks of a text, as blank lines separate them, each as its lines. */
export const typedLines = (text: string): string[][] =>
  text
    .split(/\n[ \t]*\n/)
    .filter((block) => block.trim() !== '')
    .map((block) => block.split('\n'))

/** A text as HTML that shows the characters that were typed, line by line. Reads it once. */
export const asTypedHtml = (text: string): string =>
  typedLines(text.toWellFormed())
    .map((lines) => `<p dir="auto">${lines.map(escapedHtml).join('<br>\n')}</p>`)
    .join('\n')
