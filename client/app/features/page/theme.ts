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

const other = { light: 'dark', dark: 'light' } as const

/** The theme that is not shown. In a browser. */
const otherTheme = (): Theme => {
  const { theme } = document.documentElement.dataset
  const isDark = window.matchMedia('(prefers-color-scheme: dark)').matches
  return other[isTheme(theme) ? theme : isDark ? 'dark' : 'light']
}

/** Switches the page to the other theme, and stores it in a cookie. */
export const turnTheme = (): void => {
  const theme = otherTheme()
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is not in every browser, and only over TLS
  document.cookie = themeCookie(theme)
  document.documentElement.dataset.theme = theme
}
