/** `{% name args %}` or `{{ args }}`, where it stands in the text. */
export interface LiquidTag {
  kind: 'tag' | 'output'
  /** Empty for an output. */
  name: string
  args: string
  start: number
  end: number
}

/** All Liquid of a text in order, code included; what never closes is text. Linear in the text's length. */
export const findLiquid = (text: string): LiquidTag[] => {
  const tags: LiquidTag[] = []
  const opening = /\{%|\{\{/g
  const closed = { '%}': true, '}}': true }
  for (let open = opening.exec(text); open !== null; open = opening.exec(text)) {
    const closing = open[0] === '{%' ? '%}' : '}}'
    const close = closed[closing] ? text.indexOf(closing, open.index + 2) : -1
    if (close < 0) {
      closed[closing] = false
      continue
    }
    const inside = text
      .slice(open.index + 2, close)
      .replace(/^-/, '')
      .replace(/-$/, '')
      .trim()
    const end = close + 2
    opening.lastIndex = end
    if (closing === '}}') tags.push({ kind: 'output', name: '', args: inside, start: open.index, end })
    else {
      const name = /^\w+/.exec(inside)?.[0] ?? ''
      tags.push({ kind: 'tag', name, args: inside.slice(name.length).trim(), start: open.index, end })
    }
  }
  return tags
}

/** `caption:"Two birds" class='wide'` or with `=`, as Jekyll's plugins take them; keys in lower case. */
export const readParameters = (args: string): Map<string, string> => {
  const found = new Map<string, string>()
  for (const [, key = '', double, single, plain] of args.matchAll(
    /([\w-]{1,100})\s*[:=]\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s"']+))/g,
  ))
    found.set(key.toLowerCase(), (double ?? single ?? plain ?? '').replace(/\\(["'\\])/g, '$1'))
  return found
}
