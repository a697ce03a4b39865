import { codeRegions, cutsCode } from './code-regions.ts'
import { findLiquid, type LiquidTag } from './liquid-tags.ts'

/** Stand-ins for the characters that begin Liquid, in text that Liquid must not see. */
export interface StandIns {
  tag: string
  output: string
}

/** Two private-use characters that the text does not hold. Throws an Error for a text that holds them all. */
export const standInsFor = (text: string): StandIns => {
  const free: string[] = []
  for (let code = 0xe000; code < 0xf8ff && free.length < 2; code += 1) {
    const character = String.fromCharCode(code)
    if (!text.includes(character)) free.push(character)
  }
  const [tag, output] = free
  if (tag === undefined || output === undefined) throw new Error('uses every private-use character')
  return { tag, output }
}

const hide = (text: string, { tag, output }: StandIns): string =>
  text.replaceAll('{%', tag).replaceAll('{{', output)

export const reveal = (text: string, { tag, output }: StandIns): string =>
  text.replaceAll(tag, '{%').replaceAll(output, '{{')

/** Takes `{% raw %}` marks away, as Liquid itself does wherever they stand, and hides from Liquid what is between them. */
export const hideRaw = (text: string, standIns: StandIns): string => {
  let done = ''
  let from = 0
  let open: LiquidTag | undefined
  for (const tag of findLiquid(text)) {
    if (open === undefined && tag.name === 'raw') open = tag
    else if (open !== undefined && tag.name === 'endraw') {
      done += text.slice(from, open.start) + hide(text.slice(open.end, tag.start), standIns)
      from = tag.end
      open = undefined
    }
  }
  return done + text.slice(from)
}

const fenceFor = (code: string): string => {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([run]) => run.length))
  return '`'.repeat(longest + 1)
}

/** `{% highlight ruby linenos %}` becomes a fence, its code hidden from Liquid; one inside other code stays as it is. */
export const highlightsToFences = (text: string, standIns: StandIns): string => {
  const tags = findLiquid(text)
  if (!tags.some(({ name }) => name === 'highlight')) return text
  const regions = codeRegions(text)
  let done = ''
  let from = 0
  let open: LiquidTag | undefined
  for (const tag of tags) {
    if (open === undefined && tag.name === 'highlight' && !cutsCode(regions, tag)) open = tag
    else if (open !== undefined && tag.name === 'endhighlight') {
      const code = text
        .slice(open.end, tag.start)
        .replace(/^[ \t]*\r?\n/, '')
        .replace(/\r?\n[ \t]*$/, '')
      const indent = /[ \t]*$/.exec(text.slice(0, open.start))?.[0] ?? ''
      const fence = fenceFor(code)
      const language = /^[\w+#.-]*/.exec(open.args)?.[0] ?? ''
      done += `${text.slice(from, open.start)}${fence}${language}\n${hide(code, standIns)}\n${indent}${fence}`
      from = tag.end
      open = undefined
    }
  }
  return done + text.slice(from)
}

/** The same in a text that is HTML: an element, as Jekyll makes of it. */
export const highlightsToElements = (text: string, standIns: StandIns): string =>
  text.replace(
    /\{%-?\s*highlight\s+([\w+#.-]*)[^%]{0,200}%\}([\s\S]*?)\{%-?\s*endhighlight\s*-?%\}/g,
    (_whole, language: string, code: string) => {
      const shown = hide(code.replace(/^[ \t]*\n/, '').trimEnd(), standIns)
      const escaped = shown.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
      return `<pre><code class="language-${language}">${escaped}</code></pre>`
    },
  )
