import type { Element, ElementContent } from 'hast'
import { common, createLowlight } from 'lowlight'
import { LRUCache } from 'lru-cache'
import { limits } from './limits.ts'
import { preservedTextOf } from './words.ts'

const lowlight = createLowlight(common)

/** Highlighted code by language and text: an edited text keeps most of its code. */
const known = new LRUCache<string, ElementContent[]>({
  maxSize: limits.colouredCharsMax,
  sizeCalculation: (_, key) => key.length,
})

const namesOf = ({ properties }: Element): string[] =>
  Array.isArray(properties.className) ? properties.className.map(String) : []

const languageOf = (names: readonly string[]): string | undefined =>
  names.includes('no-highlight') || names.includes('nohighlight')
    ? undefined
    : /^lang(?:uage)?-(.+)/.exec(names.find((name) => /^lang(?:uage)?-./.test(name)) ?? '')?.[1]

const colour = (language: string, code: string): ElementContent[] => {
  const key = `${language}\n${code}`
  const coloured = known.get(key) ?? (lowlight.highlight(language, code).children as ElementContent[])
  known.set(key, coloured)
  return coloured
}

/**
 * Gives the parts of code in a language that is known classes (`hljs-…`) to be coloured by. Code that is too long keeps no
 * language: the time that it takes is bounded by nothing but its length.
 */
export const colourCode = (code: Element): void => {
  const names = namesOf(code)
  const language = languageOf(names)
  if (language === undefined) return
  const text = preservedTextOf(code)
  if (text.length > limits.highlightCharsMax) {
    delete code.properties.className
    return
  }
  code.properties.className = ['hljs', ...names.filter((name) => name !== 'hljs')]
  if (text !== '' && lowlight.registered(language)) code.children = colour(language, text)
}
