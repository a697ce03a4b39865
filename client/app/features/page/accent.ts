/** Luminances, as defined by WCAG, of the darkest paper of the light theme and the lightest of the dark theme. A test compares them with tokens.css. */
export const backgrounds = { day: 0.8986, night: 0.0138 } as const
const contrastMin = 4.5
const white = 255

type Channels = readonly [red: number, green: number, blue: number]

const channelsOf = (colour: string): Channels => {
  const value = Number.parseInt(colour.slice(1), 16)
  return [value >> 16, (value >> 8) & white, value & white]
}

const linear = (channel: number): number => {
  const share = channel / white
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}

const channelOf = (light: number): number =>
  white * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055)

/** The relative luminance of WCAG 2, from 0 to 1, of a colour such as `#2f6f4f`. */
export const luminanceOf = (colour: string): number => {
  const [red, green, blue] = channelsOf(colour).map(linear) as unknown as Channels
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const printed = (lights: readonly number[], round: (value: number) => number): string =>
  `#${lights
    .map((light) =>
      Math.min(round(channelOf(light)), white)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`

/** Darker, in the same hue, until text in it is readable on the paper of the light theme. */
const byDay = (colour: string): string => {
  const luminanceMax = (backgrounds.day + 0.05) / contrastMin - 0.05
  const luminance = luminanceOf(colour)
  if (luminance <= luminanceMax) return colour
  return printed(
    channelsOf(colour).map((channel) => (linear(channel) * luminanceMax) / luminance),
    Math.floor,
  )
}

/** Lighter, in the same hue, until text in it is readable on the paper of the dark theme. */
const byNight = (colour: string): string => {
  const luminanceMin = contrastMin * (backgrounds.night + 0.05) - 0.05
  const luminance = luminanceOf(colour)
  if (luminance >= luminanceMin) return colour
  const share = (luminanceMin - luminance) / (1 - luminance)
  return printed(
    channelsOf(colour).map((channel) => linear(channel) + (1 - linear(channel)) * share),
    Math.ceil,
  )
}

/** What is shown for a colour that an owner chose, such as `#2f6f4f`: it, or the nearest in which text has a contrast of 4.5:1. */
export const accentsOf = (colour: string): { day: string; night: string } => ({
  day: byDay(colour),
  night: byNight(colour),
})

export const isColour = (text: string): boolean => /^#[0-9a-f]{6}$/i.test(text)

/** The version of the rule by which colours are changed. It is part of addresses, which browsers cache for a year. */
const rule = '1'

/** The address of a colour's stylesheet: for every page, or for the sample on the settings page. */
export const accentPath = (colour: string, of: 'page' | 'sample' = 'page'): string =>
  `/accent/${rule}/${of}-${colour.slice(1).toLowerCase()}.css`

/** The stylesheet at such an address; undefined where there is none. */
export const accentStyles = (asked: { rule: string; file: string }): string | undefined => {
  const [, of, hex] = /^(page|sample)-([0-9a-f]{6})\.css$/.exec(asked.file) ?? []
  if (asked.rule !== rule || hex === undefined) return undefined
  const { day, night } = accentsOf(`#${hex}`)
  return `${of === 'page' ? ':root' : '.accent-sample'}{--accent:light-dark(${day},${night})}\n`
}
