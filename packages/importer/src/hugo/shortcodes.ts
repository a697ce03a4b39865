import { addressOf } from '../jekyll/liquid-addresses.ts'
import type { Remark } from '../remark.ts'

interface Shortcode {
  name: string
  args: string
  start: number
  end: number
  is: 'open' | 'close' | 'alone' | 'shown'
}

/** All shortcodes of a text in order; what never closes is text. Linear in the text's length. */
const shortcodesIn = (text: string): Shortcode[] => {
  const found: Shortcode[] = []
  const opening = /\{\{([<%])/g
  const closed = { '<': true, '%': true }
  for (let open = opening.exec(text); open !== null; open = opening.exec(text)) {
    const mark = open[1] === '<' ? '<' : '%'
    const close = closed[mark] ? text.indexOf(mark === '<' ? '>}}' : '%}}', open.index + 3) : -1
    if (close < 0) {
      closed[mark] = false
      continue
    }
    const inside = text.slice(open.index + 3, close).trim()
    const end = close + 3
    opening.lastIndex = end
    const isShown = /^\/\*[\s\S]*\*\/$/.test(inside)
    const [, slash = '', name = ''] = /^(\/?)\s*([\w./-]+)/.exec(inside) ?? []
    const isAlone = /(?:^|[\s"'`])\/$/.test(inside)
    found.push({
      ...{ name: name.toLowerCase(), start: open.index, end },
      args: inside
        .replace(/^\/?\s*[\w./-]+/, '')
        .replace(/\/$/, '')
        .trim(),
      is: isShown ? 'shown' : slash === '/' ? 'close' : isAlone ? 'alone' : 'open',
    })
  }
  return found
}

/** What a shortcode is given: by name, and in order. */
const argumentsOf = (args: string): { named: ReadonlyMap<string, string>; listed: readonly string[] } => {
  const named = new Map<string, string>()
  const listed: string[] = []
  for (const [, name, double, raw, bare] of args.matchAll(
    /(?:([\w-]{1,100})\s*=\s*)?(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`|([^\s"`=]+))/g,
  )) {
    const value = (double?.replace(/\\(["\\])/g, '$1') ?? raw ?? bare ?? '').trim()
    if (name === undefined) listed.push(value)
    else named.set(name.toLowerCase(), value)
  }
  return { named, listed }
}

const inWords = (text: string): string => text.replace(/[[\]]/g, '\\$&').replace(/\s+/g, ' ')
const inBrackets = (address: string): string =>
  /[\s()]/.test(address) ? `<${address.replace(/[<>\n]/g, '')}>` : address

const picture = (named: ReadonlyMap<string, string>, source: string): string => {
  const [caption = '', title = ''] = [named.get('caption'), named.get('title')]
  const alt = named.get('alt') ?? caption.replace(/<[^<>]*>/g, '')
  const shown = `![${inWords(alt)}](${inBrackets(source)})`
  const link = named.get('link')
  const whole = link ? `[${shown}](${inBrackets(link)})` : shown
  const attr = named.get('attr') ?? ''
  const words = [
    title && `**${title}**`,
    caption,
    attr && (named.get('attrlink') ? `[${inWords(attr)}](${inBrackets(named.get('attrlink') ?? '')})` : attr),
  ]
  return [whole, words.filter(Boolean).join(' ')].filter(Boolean).join('\n\n')
}

const idPattern = /^[\w-]{1,100}$/
const fenceFor = (code: string): string =>
  '`'.repeat(Math.max(3, ...Array.from(code.matchAll(/`{3,}/g), ([found]) => found.length + 1)))

interface Context {
  /** The key of the text that `ref` names, from the text that holds it. */
  keyOf(name: string): string | undefined
  remark: Remark
}

const reference = (args: string, { keyOf, remark }: Context): string => {
  const { named, listed } = argumentsOf(args)
  const written = named.get('path') ?? listed[0] ?? ''
  const [path = '', fragment] = written.split('#')
  if (path === '') return fragment === undefined ? '' : `#${fragment}`
  const key = keyOf(path)
  if (key === undefined) remark(`links to the text “${written.slice(0, 200)}”, which is not among the files`)
  return key === undefined ? written : addressOf(key) + (fragment === undefined ? '' : `#${fragment}`)
}

/** Shortcodes of videos and posts elsewhere, as links. */
const elsewhere = (name: string, args: string): string | undefined => {
  const { named, listed } = argumentsOf(args)
  const id = named.get('id') ?? listed[name === 'tweet' && listed.length > 1 ? 1 : 0] ?? ''
  const user = named.get('user') ?? listed[0] ?? ''
  if (name === 'gist')
    return [user, listed[1] ?? ''].every((each) => idPattern.test(each))
      ? `[Gist](https://gist.github.com/${user}/${listed[1]})`
      : ''
  if (!idPattern.test(id)) return undefined
  if (name === 'youtube') return `[Video on YouTube](https://www.youtube.com/watch?v=${id})`
  if (name === 'vimeo') return `[Video on Vimeo](https://vimeo.com/${id})`
  if (name === 'instagram') return `[Picture on Instagram](https://www.instagram.com/p/${id}/)`
  return name === 'tweet' || name === 'x' || name === 'twitter'
    ? `[Post on X](https://x.com/${/^\w+$/.test(user) && user !== id ? user : 'i'}/status/${id})`
    : undefined
}

const pictureNames = new Set(['figure', 'img', 'image', 'picture', 'imgproc', 'responsive-image'])

/** What a shortcode becomes that has no inside, or whose inside stays as it is. */
const written = ({ name, args }: Shortcode, context: Context): string => {
  if (name === 'ref' || name === 'relref') return reference(args, context)
  const { named, listed } = argumentsOf(args)
  const source =
    named.get('src') ?? named.get('image') ?? (/\.\w{3,4}$/.test(listed[0] ?? '') ? listed[0] : undefined)
  if (source !== undefined && pictureNames.has(name)) return picture(named, source)
  const link = elsewhere(name, args)
  if (link !== undefined) return link
  context.remark(
    `had the shortcode “${name.slice(0, 50)}”, which only its theme can fill in; what stands in it stays`,
  )
  return ''
}

/**
 * A text without Hugo's shortcodes: pictures, references, code and embedded media become Markdown; of others what stands in them stays,
 * and they are noted. A shortcode that is written to be shown (`{{<` with a comment in it) is shown.
 */
export const cleanShortcodes = (text: string, context: Context): string => {
  const found = shortcodesIn(text)
  let done = ''
  let from = 0
  let code: { start: number; language: string } | undefined
  for (const each of found) {
    const { name, args, start, end, is } = each
    if (code !== undefined && !(is === 'close' && (name === 'highlight' || name === 'code'))) continue
    done += code === undefined ? text.slice(from, start) : ''
    from = end
    if (code !== undefined) {
      const inside = text
        .slice(code.start, start)
        .replace(/^[ \t]*\n/, '')
        .trimEnd()
      const fence = fenceFor(inside)
      done += `${fence}${code.language}\n${inside}\n${fence}`
      code = undefined
    } else if (is === 'shown') {
      const whole = text.slice(start, end)
      done += whole.replace('/*', '').replace(/\*\/(?=\s*[>%]\}\}$)/, '')
    } else if (is === 'close') continue
    else if (name === 'highlight' && is === 'open') {
      const language = /^[\w+#.-]*/.exec(argumentsOf(args).listed[0] ?? '')?.[0] ?? ''
      if (/\{\{[<%]\s*\/\s*highlight/.test(text.slice(end))) code = { start: end, language }
    } else if (name === 'figure') {
      // A figure is a block of its own; in a table it stays in its cell.
      const isInCell = /^[ \t]*\|[^\n]*$/m.test(done.slice(done.lastIndexOf('\n') + 1))
      const before = isInCell || /(?:^|\n)[ \t]*$/.test(done) ? '' : '\n\n'
      const after = isInCell || /^[ \t]*(?:\n|$)/.test(text.slice(end, end + 1_000)) ? '' : '\n\n'
      done = (before === '' ? done : done.trimEnd()) + before + written(each, context) + after
    } else done += written(each, context)
  }
  return done + text.slice(from)
}
