import type { Element, ElementContent, Properties } from 'hast'
import { isBlank, sourceTextOf } from './words.ts'

const nameCharsMax = 80
const languagePattern = /^language-(.+)$/

const firstRow = (node: ElementContent): Element | undefined => {
  if (node.type !== 'element') return undefined
  if (node.tagName === 'tr') return node
  for (const child of node.children) {
    const row = firstRow(child)
    if (row) return row
  }
  return undefined
}

/** A group that the keyboard reaches and that says what it is: what is wider than the page is scrolled. */
const groupNamed = (name: string): Properties => ({
  tabIndex: 0,
  role: 'group',
  ariaLabel: name.length > nameCharsMax ? `${name.slice(0, nameCharsMax).trimEnd().toWellFormed()}…` : name,
})

/** For a `pre`: what it is, and its language where that is known. Call it before the code is coloured. */
export const codeGroup = ({ children }: Element): Properties => {
  const code = children.find((child) => child.type === 'element')
  const classes = code?.properties.className
  const languages = (Array.isArray(classes) ? classes : []).flatMap((each) => {
    const [, language] = languagePattern.exec(String(each)) ?? []
    return language === undefined ? [] : [language]
  })
  return groupNamed(['Code', ...languages.slice(0, 1)].join(': '))
}

/** A head without words names nothing, and would be read out as if it did: it becomes a cell. */
export const asCellIfEmpty = (head: Element): void => {
  if (!head.children.every(isBlank)) return
  head.tagName = 'td'
  delete head.properties.scope
}

/** A table in a box of its own, named by the first row. */
export const scrollableTable = (table: Element): Element => {
  const cells = firstRow(table)?.children.map((cell) => sourceTextOf(cell).trim()) ?? []
  const heads = cells.filter((cell) => cell !== '').join(', ')
  return {
    type: 'element',
    tagName: 'div',
    properties: { className: ['table'], ...groupNamed(heads === '' ? 'Table' : `Table: ${heads}`) },
    children: [table],
  }
}
