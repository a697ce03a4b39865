import { decodeEntities } from '../html/tree-to-markdown.ts'

const cdata = /<!\[CDATA\[[\s\S]*?\]\]>/g
const comments = /<!--([\s\S]*?)-->/g
const reference = /&(?:#(\d{1,9}|x[\da-f]{1,8})|([a-z][\w.-]{0,40}));/gi
const tagWithAngle = /=\s*(?:"[^"<>]{0,2000}<|'[^'<>]{0,2000}<)/

/** Of nothing but its line ends, so that lines stay. */
const blanked = (text: string): string => text.replace(/[^\n]+/g, '')

const isCharacter = (code: number): boolean =>
  code === 9 ||
  code === 10 ||
  code === 13 ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff)

/** What is wrong, and what stands before it. */
interface Fault {
  before: string
  message: string
}

const known = new Map<string, boolean>()
const isKnown = (entity: string): boolean => {
  const found = known.get(entity) ?? decodeEntities(entity) !== entity
  if (known.size < 5_000) known.set(entity, found)
  return found
}

const referenceFault = (text: string): Fault | undefined => {
  for (const { 0: written, 1: number, 2: name, index } of text.matchAll(reference)) {
    const before = text.slice(0, index)
    const code = number === undefined ? undefined : Number(number.replace(/^x/i, '0x'))
    if (code !== undefined && !isCharacter(code))
      return { before, message: `${written} is no character of XML.` }
    if (name !== undefined && !isKnown(written))
      return { before, message: `The entity ${written} is not declared.` }
  }
  return undefined
}

const faultIn = (text: string): Fault | undefined => {
  const markup = text.replace(cdata, blanked)
  for (const { 1: inside = '', index } of markup.matchAll(comments))
    if (inside.includes('--') || inside.endsWith('-'))
      return { before: markup.slice(0, index), message: 'A comment holds --.' }
  const plain = markup.replace(comments, blanked)
  const end = plain.indexOf(']]>')
  if (end >= 0) return { before: plain.slice(0, end), message: ']]> stands outside CDATA.' }
  const angle = tagWithAngle.exec(plain)
  if (angle !== null) return { before: plain.slice(0, angle.index), message: 'An attribute holds <.' }
  return referenceFault(plain)
}

/** What the validator of the XML parser lets pass though it is not well-formed, with its line, from 1 on; else undefined. */
export const fineFault = (text: string): { line: number; message: string } | undefined => {
  const fault = faultIn(text)
  return fault && { line: fault.before.split('\n').length, message: fault.message }
}
