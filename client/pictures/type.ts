import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as fontkit from 'fontkit'

const families = { serif: 'source-serif-4', sans: 'inter' } as const
type Family = keyof typeof families

/** In the order in which a character is looked for. */
const subsets = ['latin', 'latin-ext', 'cyrillic', 'cyrillic-ext', 'greek', 'vietnamese'] as const
type Subset = (typeof subsets)[number]

const fonts = new Map<string, fontkit.Font>()

/** The files that the pages use, in their regular weight. Each is read once. */
const fontOf = (family: Family, subset: Subset): fontkit.Font => {
  const file = `${families[family]}-${subset}-wght-normal.woff2`
  const known = fonts.get(file)
  if (known) return known
  const url = import.meta.resolve(`@fontsource-variable/${families[family]}/files/${file}`)
  const font = fontkit.create(readFileSync(fileURLToPath(url)))
  if (!('layout' in font)) throw new Error(`${file} is not one font`)
  fonts.set(file, font)
  return font
}

const subsetFor = (family: Family, char: string): Subset | undefined =>
  subsets.find((subset) => fontOf(family, subset).hasGlyphForCodePoint(char.codePointAt(0) ?? 0))

/** A piece of text, shaped: `svg` draws it at the origin, in pixels. */
export interface Shaped {
  width: number
  svg: string
}

export interface Face {
  family: Family
  /** In pixels. */
  size: number
}

/** Neighbouring characters of one font; those that no font has are left out. */
const runsOf = (family: Family, text: string): { subset: Subset; text: string }[] => {
  const runs: { subset: Subset; text: string }[] = []
  for (const char of text.normalize('NFC')) {
    const subset = subsetFor(family, char)
    const last = runs.at(-1)
    if (subset !== undefined && last?.subset === subset) last.text += char
    else if (subset !== undefined) runs.push({ subset, text: char })
  }
  return runs
}

/** Shapes a text in one line: kerning and ligatures as the fonts have them. */
export const shape = ({ family, size }: Face, text: string): Shaped => {
  let [width, svg] = [0, '']
  for (const run of runsOf(family, text)) {
    const font = fontOf(family, run.subset)
    const scale = size / font.unitsPerEm
    const { glyphs, positions } = font.layout(run.text)
    for (const [index, { path }] of glyphs.entries()) {
      const { xOffset = 0, yOffset = 0, xAdvance = 0 } = positions[index] ?? {}
      const at = `translate(${(width + xOffset * scale).toFixed(2)} ${(-yOffset * scale).toFixed(2)})`
      const outline = path.toSVG()
      if (outline) svg += `<path transform="${at} scale(${scale} ${-scale})" d="${outline}"/>`
      width += xAdvance * scale
    }
  }
  return { width, svg }
}
