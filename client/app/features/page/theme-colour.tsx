import { colours, type Theme } from './theme.ts'

/** The colour of what a browser draws around a page: that of the theme that was chosen, or of the system's. */
export const ThemeColour = ({ chosen }: { chosen: Theme | undefined }) =>
  chosen ? (
    <meta name="theme-color" content={colours[chosen]} />
  ) : (
    <>
      <meta name="theme-color" media="(prefers-color-scheme: light)" content={colours.light} />
      <meta name="theme-color" media="(prefers-color-scheme: dark)" content={colours.dark} />
    </>
  )
