import { parseMarkdown } from '@logbook/markdown/parse.ts'
import rehypeRaw from 'rehype-raw'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'
import type { Root } from '../html/html-tree.ts'
import { depthOf } from '../html/tidy-html.ts'
import { parseHtml, treeToMarkdown } from '../html/tree-to-markdown.ts'
import { limits } from '../limits.ts'
import { type Links, rewriteAddresses } from '../markdown/rewrite.ts'
import type { Remark } from '../remark.ts'

type MarkdownRoot = ReturnType<typeof parseMarkdown>
type Parent = MarkdownRoot | Extract<MarkdownRoot['children'][number], { children: unknown[] }>
type Html = Extract<MarkdownRoot['children'][number], { type: 'html' }>

const elements: ReadonlySet<string> = new Set(
  (
    'a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt ' +
    'em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p picture pre q rp rt ruby s ' +
    'samp section small source span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr ' +
    'audio embed iframe object param video'
  ).split(' '),
)
/** What stands in them is no text to read, so an unclosed one would take the rest of the message with it. */
const unreadable: ReadonlySet<string> = new Set([
  'script',
  'style',
  'template',
  'textarea',
  'title',
  'noscript',
])

const tag = /<(\/?)([a-z][a-z0-9-]*)(?=[\s/>])/gi
const comment = /^\s*<!--/

const parentsOf = (root: MarkdownRoot): Parent[] => {
  const parents: Parent[] = []
  const waiting: Parent[] = [root]
  for (let parent = waiting.pop(); parent !== undefined; parent = waiting.pop()) {
    parents.push(parent)
    for (const child of parent.children) if ('children' in child) waiting.push(child as Parent)
  }
  return parents
}

const htmlOf = (parents: readonly Parent[]): Html[] =>
  parents.flatMap(({ children }) =>
    (children as MarkdownRoot['children']).filter((child) => child.type === 'html'),
  )

/** Names of unreadable elements that the message opens as often as it closes. */
const closedNames = (html: readonly Html[]): Set<string> => {
  const open = new Map<string, number>()
  for (const { value } of html)
    for (const [, slash, name = ''] of value.matchAll(tag)) {
      const key = name.toLowerCase()
      open.set(key, (open.get(key) ?? 0) + (slash === '/' ? -1 : 1))
    }
  return new Set([...open].flatMap(([name, count]) => (count === 0 && unreadable.has(name) ? [name] : [])))
}

const holdsBlocks = new Set(['root', 'blockquote', 'listItem', 'footnoteDefinition'])

/** Line ends of Markdown text as breaks, which is how Logbook shows comments; one after `<br>` is that break. */
const keepLineEnds = (parent: Parent): void => {
  const children = parent.children as MarkdownRoot['children']
  parent.children = children.flatMap((child, index): MarkdownRoot['children'] => {
    if (child.type !== 'text' || !child.value.includes('\n')) return [child]
    const before = children[index - 1]
    const value =
      before?.type === 'html' && /^<br\b/i.test(before.value) ? child.value.replace(/^\n/, '') : child.value
    return value
      .split('\n')
      .flatMap((line, at): MarkdownRoot['children'] =>
        at === 0 ? [{ type: 'text', value: line }] : [{ type: 'break' }, { type: 'text', value: line }],
      )
  }) as typeof parent.children
}

/** Angle brackets that begin no element of HTML, as in `List<String>`, are shown as the text that they are. */
const showUnknown = (parent: Parent, isHtml: (value: string) => boolean): void => {
  parent.children = (parent.children as MarkdownRoot['children']).map((child) => {
    if (child.type !== 'html' || isHtml(child.value)) return child
    const text = { type: 'text', value: child.value } as const
    return holdsBlocks.has(parent.type) ? { type: 'paragraph', children: [text] } : text
  }) as typeof parent.children
}

const toHtmlTree = unified()
  .use(remarkRehype, { allowDangerousHtml: true, clobberPrefix: '' })
  .use(rehypeRaw)
  .freeze()

const treeOf = (root: MarkdownRoot, message: string): { tree: Root; tooDeep: boolean } => {
  try {
    const tree = toHtmlTree.runSync(root) as Root
    return { tree, tooDeep: depthOf(tree) > limits.htmlDepthMax }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return parseHtml(message)
  }
}

/**
 * A comment's message as Markdown. It is Markdown and HTML mixed, as themes render it; one without HTML comes as it was
 * typed, but for addresses of the old site. Elements that only a browser can use are left out, embedded media become links.
 */
export const messageToMarkdown = (message: string, links: Links, remark: Remark): string => {
  if (message.length > limits.htmlCharsMax) return message
  if (!/<[a-z/!]/i.test(message)) return rewriteAddresses(message, links)
  const root = parseMarkdown(message)
  const parents = parentsOf(root)
  const html = htmlOf(parents)
  const closed = closedNames(html)
  const isHtml = (value: string): boolean =>
    comment.test(value) ||
    [...value.matchAll(tag)].some(([, , name = '']) => {
      const key = name.toLowerCase()
      return elements.has(key) || closed.has(key)
    })
  if (!html.some(({ value }) => isHtml(value))) return rewriteAddresses(message, links)
  for (const name of closed) remark(`had a <${name}>, which was left out`)
  for (const parent of parents) {
    keepLineEnds(parent)
    showUnknown(parent, isHtml)
  }
  return treeToMarkdown(treeOf(root, message), links.change, remark)
}
