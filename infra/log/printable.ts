// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being escaped
const controls = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** A line in which nothing that people wrote controls the terminal or reorders the text: such characters are escaped as in JSON. */
export const printable = (text: string): string =>
  text.replace(controls, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
