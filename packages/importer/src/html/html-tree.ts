import rehypeParse from 'rehype-parse'
import { unified } from 'unified'

/** Parses HTML as it stands within a body. Recursive: throws a RangeError for what is nested some thousand deep. */
export const htmlParser = unified().use(rehypeParse, { fragment: true })

export type Root = ReturnType<typeof htmlParser.parse>
export type RootContent = Root['children'][number]
export type Element = Extract<RootContent, { type: 'element' }>
export type ElementContent = Element['children'][number]
export type Text = Extract<ElementContent, { type: 'text' }>
