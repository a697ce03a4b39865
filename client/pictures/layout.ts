import type { Card } from './card.ts'
import { limits } from './limits.ts'
import { type Face, shape } from './type.ts'

export const pictureSize = { width: 1_200, height: 630 } as const

const margin = 96
const inner = pictureSize.width - 2 * margin
const colours = { paper: '#fcfaf6', ink: '#241e1a', muted: '#645c54' } as const
const small: Face = { family: 'sans', size: 30 }
/** The sizes of a title, the largest at which it fits into its lines. */
const titles = [
  { size: 80, lines: 3 },
  { size: 66, lines: 4 },
  { size: 54, lines: 5 },
] as const
const lineHeight = 1.18
const titleTop = 176
const datelineAt = 126
const blogAt = 560

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
const charsOf = (text: string): string[] => [...segmenter.segment(text)].map(({ segment }) => segment)

const fits = (face: Face, text: string): boolean => shape(face, text).width <= inner

/** As much of a text as fits into a line, at least one character: by halves, since shaping is what takes time. */
const beginning = (face: Face, text: string, end = ''): string => {
  const chars = charsOf(text)
  let [least, most] = [1, chars.length]
  while (least < most) {
    const middle = Math.ceil((least + most) / 2)
    if (fits(face, chars.slice(0, middle).join('') + end)) least = middle
    else most = middle - 1
  }
  return chars.slice(0, least).join('')
}

const shortened = (face: Face, text: string): string =>
  fits(face, text) ? text : `${beginning(face, text, '…').trimEnd()}…`

/** The lines of a text, broken between words, and within those that are longer than a line. */
const linesOf = (face: Face, text: string): string[] => {
  const lines: string[] = []
  let line = ''
  const words = text.split(' ')
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const longer = line === '' ? word : `${line} ${word}`
    if (fits(face, longer)) line = longer
    else if (line !== '') {
      lines.push(line)
      line = ''
      words.unshift(word)
    } else {
      const part = beginning(face, word)
      lines.push(part)
      words.unshift(word.slice(part.length))
    }
  }
  return line === '' ? lines : [...lines, line]
}

const titleOf = (text: string): { face: Face; lines: string[] } => {
  const tried = titles.map(({ size, lines: most }) => {
    const face: Face = { family: 'serif', size }
    return { face, most, lines: linesOf(face, text) }
  })
  const whole = tried.find(({ lines, most }) => lines.length <= most)
  if (whole) return whole
  const { face, most, lines } = tried.at(-1) as (typeof tried)[number]
  return { face, lines: [...lines.slice(0, most - 1), shortened(face, `${lines.slice(most - 1).join(' ')}`)] }
}

const oneLine = (text: string, charsMax: number): string =>
  text.toWellFormed().slice(0, charsMax).replaceAll(/\s+/g, ' ').trim()

const drawn = (svg: string, { x, y, look }: { x: number; y: number; look: string }): string =>
  `<g transform="translate(${x} ${y})" ${look}>${svg}</g>`

/** A card as an SVG that holds outlines and no text, so that nothing but this file decides how it looks. */
export const layOut = ({ title, dateline, blog, accent }: Card): string => {
  const { face, lines } = titleOf(oneLine(title, limits.titleCharsMax))
  // The files of the fonts are drawn at their regular weight: a line around each letter makes it semibold.
  const bold = `fill="${colours.ink}" stroke="${colours.ink}" stroke-width="18"`
  const quiet = (text: string, y: number) =>
    drawn(shape(small, shortened(small, oneLine(text, limits.lineCharsMax))).svg, {
      ...{ x: margin, y },
      look: `fill="${colours.muted}"`,
    })
  const height = face.size * lineHeight
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${pictureSize.width}" height="${pictureSize.height}">`,
    `<rect width="100%" height="100%" fill="${colours.paper}"/><rect width="20" height="100%" fill="${accent}"/>`,
    quiet(dateline, datelineAt),
    ...lines.map((line, n) =>
      drawn(shape(face, line).svg, { x: margin, y: titleTop + face.size + n * height, look: bold }),
    ),
    quiet(blog, blogAt),
    '</svg>',
  ].join('')
}
