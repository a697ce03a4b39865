import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accentPath, accentStyles, accentsOf, backgrounds, luminanceOf } from '../app/features/page/accent.ts'

const tokens = readFileSync(join(import.meta.dirname, '../app/styles/tokens.css'), 'utf8')

/** The relative luminance of a colour in OKLCH, by its definition: to LMS, to linear sRGB. */
const luminance = (lightness: number, chroma: number, hue: number): number => {
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)]
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  const red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
  const green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
  const blue = -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
const token = (name: string): { day: number; night: number } => {
  const values = new RegExp(`--${name}: light-dark\\((.*)\\);`).exec(tokens)?.[1] ?? ''
  const [day = 0, night = 0] = [...values.matchAll(/oklch\(([^)]*)\)/g)].map(([, parts = '']) => {
    const [lightness = 0, chroma = 0, hue = 0] = parts.split(' ').map(Number)
    return luminance(lightness, chroma, hue)
  })
  return { day, night }
}
const contrast = (one: number, other: number): number =>
  (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)

const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)
const themes = ['day', 'night'] as const

describe('an accent colour', () => {
  it('contrast is computed against the paper colours of the design tokens', () => {
    const [paper, raised] = [token('paper'), token('paper-raised')]
    for (const theme of themes) {
      const strictest = (theme === 'day' ? Math.min : Math.max)(paper[theme], raised[theme])
      expect([theme, Math.abs(backgrounds[theme] - strictest) < 0.0005]).toEqual([theme, true])
    }
  })

  it('any accent colour is readable on every paper of both themes, and so are its buttons', () => {
    const backgrounds = [token('paper'), token('paper-raised'), token('on-accent')]
    fc.assert(
      fc.property(colour, (chosen) => {
        const shown = accentsOf(chosen)
        for (const theme of themes)
          for (const background of backgrounds)
            expect(contrast(luminanceOf(shown[theme]), background[theme])).toBeGreaterThanOrEqual(4.5)
      }),
    )
  })

  it('an accent colour is shown as chosen where it is readable, else only as much darker or lighter as needed', () => {
    expect(accentsOf('#1a5c3a').day).toBe('#1a5c3a')
    expect(accentsOf('#ffcc66').night).toBe('#ffcc66')
    fc.assert(
      fc.property(colour, (chosen) => {
        for (const theme of themes) {
          const shown = accentsOf(chosen)[theme]
          if (shown !== chosen) expect(contrast(luminanceOf(shown), backgrounds[theme])).toBeLessThan(4.8)
        }
      }),
    )
  })

  it('an accent colour has a stylesheet at an address of its own, and other addresses are not found', () => {
    const read = (path: string) => {
      const [, , rule = '', file = ''] = path.split('/')
      return accentStyles({ rule, file })
    }
    expect(read(accentPath('#1A5C3A'))).toMatch(/^:root\{--accent:light-dark\(#1a5c3a,#[0-9a-f]{6}\)\}\n$/)
    expect(read(accentPath('#1a5c3a', 'sample'))).toMatch(/^\.accent-sample\{/)
    const others = [
      '/accent/2/page-1a5c3a.css',
      '/accent/1/page-1a5c3.css',
      '/accent/1/1a5c3a.css',
      '/accent/1/page-}a{:b;.css',
    ]
    expect(others.map(read)).toEqual(others.map(() => undefined))
  })
})
