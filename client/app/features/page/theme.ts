const themes = ['light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** The paper of each, as `--paper` has it. */
export const colours: Readonly<Record<Theme, string>> = { light: '#fcfaf6', dark: '#191512' }

const secondsInYear = 31_536_000

export const isTheme = (value: unknown): value is Theme => themes.some((theme) => theme === value)

/** What the reader chose, or undefined to follow their system. */
export const themeOf = (cookies: string | null): Theme | undefined => {
  const value = /(?:^|;\s*)theme=(\w+)/.exec(cookies ?? '')?.[1]
  return isTheme(value) ? value : undefined
}

export const themeCookie = (theme: Theme): string =>
  `theme=${theme}; Path=/; Max-Age=${secondsInYear}; SameSite=Lax`
