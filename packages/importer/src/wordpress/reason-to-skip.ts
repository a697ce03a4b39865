import { childText, type XmlNode } from './parse-xml.ts'

const field = (item: XmlNode | undefined, name: string): string => childText(item, name).trim()

/** What Logbook has no place for, and why; undefined for a post or page that should come. */
export const reasonToSkip = (item: XmlNode | undefined): string | undefined => {
  const type = field(item, 'wp:post_type')
  const status = field(item, 'wp:status')
  if (type === 'attachment') return 'attachments stay where they are; texts link to them'
  if (type === 'nav_menu_item') return 'menu items have no place in Logbook'
  if (type !== 'post' && type !== 'page')
    return `items of type "${type || 'unknown'}" have no place in Logbook`
  if (status === 'trash') return 'was in the trash'
  if (status === 'auto-draft') return 'was never saved by anyone'
  return undefined
}
