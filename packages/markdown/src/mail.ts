import type { Element, ElementContent, Root } from 'hast'
import { toHtml } from 'hast-util-to-html'
import { toText } from 'hast-util-to-text'
import { eachElement } from './each-element.ts'
import { figureOf } from './figures.ts'
import { plainPictureOf } from './media-pictures.ts'
import { safePostTree } from './post.ts'
import { idPrefix } from './schemas.ts'
import { sourceTextOf } from './words.ts'

/** How wide a picture is in a mail, in CSS pixels: what mail programs show beside their lists. */
const pictureWidthMax = 600

/** Mail programs know no style sheet for sure. Colours are left to the program, which knows whether it is dark. */
const styles: Readonly<Record<string, string>> = {
  blockquote: 'margin:0 0 16px;padding-left:12px;border-left:3px solid',
  pre: 'margin:0 0 16px;padding:12px;border:1px solid;white-space:pre-wrap;overflow-wrap:anywhere;font:14px/1.4 monospace',
  code: 'font-family:monospace',
  img: 'max-width:100%;height:auto',
  figure: 'margin:0 0 16px',
  figcaption: 'font-size:14px',
  table: 'border-collapse:collapse',
  th: 'border:1px solid;padding:4px 8px',
  td: 'border:1px solid;padding:4px 8px',
}

const absolute = (address: string, page: string): string =>
  URL.canParse(address, page) ? new URL(address, page).href : address

const text = (value: string): ElementContent => ({ type: 'text', value })

/** Its address, and the room it takes, so that a mail does not jump while pictures come. */
const finishPicture = ({ properties }: Element, page: string): void => {
  Object.assign(properties, plainPictureOf(String(properties.src ?? '')))
  const { src, width, height } = properties
  if (typeof src === 'string') properties.src = absolute(src, page)
  delete properties.srcSet
  if (typeof width !== 'number' || typeof height !== 'number' || width <= pictureWidthMax) return
  properties.height = Math.round((height * pictureWidthMax) / width)
  properties.width = pictureWidthMax
}

/** Turns a sanitised tree into that of a mail: absolute addresses, inline styles, no ids and classes, nothing to fill in. */
const finishMail = (tree: Root, page: string): void =>
  eachElement(tree, (element, parent, index) => {
    const { tagName, properties } = element
    const { href } = properties
    delete properties.id
    delete properties.className
    if (typeof href === 'string')
      properties.href =
        href.startsWith('#') && href !== '#' ? `${page}#${idPrefix}${href.slice(1)}` : absolute(href, page)
    if (tagName === 'img') finishPicture(element, page)
    if (tagName === 'picture')
      element.children = element.children.filter(
        (child) => child.type === 'element' && child.tagName === 'img',
      )
    if (tagName === 'input') parent.children[index] = text(properties.checked ? '☑ ' : '☐ ')
    const style = styles[tagName]
    if (style !== undefined) properties.style = style
    if (tagName !== 'p') return
    const figure = figureOf(element)
    if (figure === undefined) return
    figure.properties.style = styles.figure
    for (const child of figure.children)
      if (child.type === 'element' && child.tagName === 'figcaption')
        child.properties.style = styles.figcaption
    parent.children[index] = figure
  })

const isBlank = (node: ElementContent): boolean => node.type === 'text' && node.value.trim() === ''

/** What stands before the text of a list's item. */
const markOf = (list: Root | Element, item: Element): string => {
  if (list.type !== 'element' || list.tagName !== 'ol') return '- '
  const items = list.children.filter((child) => child.type === 'element')
  return `${Number(list.properties.start ?? 1) + items.indexOf(item)}. `
}

/** The tree as plain text: links with their addresses, pictures by what they show. Changes the tree. */
const plainOf = (tree: Root): string => {
  eachElement(tree, (element, parent) => {
    const { tagName, properties, children } = element
    if (tagName === 'a' && typeof properties.href === 'string' && sourceTextOf(element) !== properties.href)
      children.push(text(` (${properties.href})`))
    if (tagName === 'img') {
      element.tagName = 'span'
      element.children = [text(`[${String(properties.alt ?? '') || String(properties.src ?? '')}]`)]
    }
    if (tagName === 'hr') Object.assign(element, { tagName: 'p', children: [text('---')] })
    if (tagName !== 'li') return
    const first = children.find((child) => !isBlank(child))
    const home = first?.type === 'element' && first.tagName === 'p' ? first : element
    home.children.unshift(text(markOf(parent, element)))
  })
  return toText(tree).trim()
}

/**
 * A post's Markdown as the body of a mail: HTML that is safe whatever its source, complete without a style sheet, with addresses that
 * are absolute by the address of the post's page; and the same as plain text.
 */
export const renderMail = (markdown: string, page: string): { html: string; plain: string } => {
  const tree = safePostTree(markdown)
  finishMail(tree, page)
  const html = toHtml(tree)
  return { html, plain: plainOf(tree) }
}
